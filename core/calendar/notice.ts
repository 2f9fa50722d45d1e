import { z } from 'zod';
import type { WorkingDays } from './working-days.ts';

const day = z.iso.date('应为加引号的日期 YYYY-MM-DD / must be a quoted day, YYYY-MM-DD');
const words = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

/** The State Council's yearly holiday notice as data, one file a year: `<bank>/calendar/<year>.yaml`. */
export const holidayNotice = z
  .strictObject({
    year: z.int().min(1949).max(9998),
    issued: day,
    holidays: z.array(z.strictObject({ name: words, from: day, to: day, make_up: z.array(day) })).min(1),
  })
  .superRefine(({ year, holidays }, context) => {
    const seen = new Set<string>();
    for (const [index, { from, to, make_up }] of holidays.entries()) {
      const wrong = (path: (string | number)[], message: string): void =>
        context.addIssue({ code: 'custom', path: ['holidays', index, ...path], message });
      if (to < from) wrong(['to'], '不能早于 from / must not come before from');
      for (const date of [from, to]) if (yearOf(date) !== year) wrong(['from'], `应在 ${year} 年内 / must lie in ${year}`);
      for (const date of [...daysOff(from, to), ...make_up]) {
        if (seen.has(date)) wrong(['from'], `${date} 重复 / ${date} is named twice`);
        seen.add(date);
      }
      for (const [place, date] of make_up.entries()) {
        const isWeekend = Temporal.PlainDate.from(date).dayOfWeek > 5;
        if (!isWeekend || yearOf(date) !== year) {
          wrong(['make_up', place], `${date} 应为 ${year} 年的周六或周日 / must be a Saturday or Sunday of ${year}`);
        }
      }
    }
  });
export type HolidayNotice = z.infer<typeof holidayNotice>;

/**
 * Working days of the years whose notices are given.
 * @throws RangeError when there is none, a year is given twice, or a year between is missing
 */
export function workingDaysOf(notices: readonly HolidayNotice[]): WorkingDays {
  const ordered = notices.toSorted((a, b) => a.year - b.year);
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (!first || !last) throw new RangeError('没有节假日安排 / there is no holiday notice');
  if (ordered.some(({ year }, index) => year !== first.year + index)) {
    const years = ordered.map(({ year }) => year).join(', ');
    throw new RangeError(`节假日安排的年份须连续且不重复：${years} / the years of the notices must follow each other: ${years}`);
  }
  return {
    from: `${first.year}-01-01`,
    to: `${last.year}-12-31`,
    holidays: new Set(ordered.flatMap(({ holidays }) => holidays.flatMap(({ from, to }) => daysOff(from, to)))),
    makeUpDays: new Set(ordered.flatMap(({ holidays }) => holidays.flatMap(({ make_up }) => make_up))),
  };
}

const yearOf = (date: string): number => Number(date.slice(0, 4));

function daysOff(from: string, to: string): string[] {
  const days: string[] = [];
  for (let date = from; date <= to; date = Temporal.PlainDate.from(date).add({ days: 1 }).toString()) days.push(date);
  return days;
}
