/** On which days the counter is open. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { holidayNotice, isWorkingDay, workingDaysOf } from '#core/calendar/index.ts';
import type { WorkingDays } from '#core/calendar/index.ts';

const folder = fileURLToPath(new URL('../../../banks/template/calendar', import.meta.url));

/**
 * Working days of the given years: by the notices at hand, and after the last of them by rule — the statutory days of the regulation on holidays
 * (全国年节及纪念日放假办法), Spring Festival from New Year's Eve on for eight days, Labour Day for five, National Day for seven, and no make-up days.
 */
export function counterDays(lastYear: number): WorkingDays {
  const notices = readdirSync(folder).filter((file) => /^\d{4}\.yaml$/.test(file));
  const known = workingDaysOf(notices.map((file) => holidayNotice.parse(parse(readFileSync(join(folder, file), 'utf8')))));
  const from = Number(known.to.slice(0, 4)) + 1;
  const ruled = Array.from({ length: Math.max(0, lastYear - from + 1) }, (_, index) => holidaysByRule(from + index)).flat();
  return { ...known, to: `${Math.max(lastYear, from - 1)}-12-31`, holidays: new Set([...known.holidays, ...ruled]) };
}

function holidaysByRule(year: number): string[] {
  const lunar = (monthCode: string, day: number): Temporal.PlainDate =>
    Temporal.PlainDate.from({ calendar: 'chinese', year, monthCode, day }).withCalendar('iso8601');
  const solar = (month: number, day: number): Temporal.PlainDate => Temporal.PlainDate.from({ year, month, day });
  return [
    ...run(solar(1, 1), 1),
    ...run(lunar('M01', 1).subtract({ days: 1 }), 8),
    ...run(solar(4, qingming(year)), 1),
    ...run(solar(5, 1), 5),
    ...run(lunar('M05', 5), 1),
    ...run(lunar('M08', 15), 1),
    ...run(solar(10, 1), 7),
  ];
}

/** Day of April, for years of this century. */
const qingming = (year: number): number => Math.floor((year - 2000) * 0.2422 + 4.81) - Math.floor((year - 2000) / 4);

const run = (first: Temporal.PlainDate, days: number): string[] =>
  Array.from({ length: days }, (_, index) => first.add({ days: index }).toString());

export const isCounterOpen = (day: string, days: WorkingDays): boolean => isWorkingDay(Temporal.PlainDate.from(day), days);

/** The LPR is published on the 20th, or on the next working day. */
export function isPublishingDay(day: string, days: WorkingDays): boolean {
  const date = Temporal.PlainDate.from(day);
  if (date.day < 20 || !isWorkingDay(date, days)) return false;
  const since = Array.from({ length: date.day - 20 }, (_, index) => date.with({ day: 20 + index }));
  return since.every((earlier) => !isWorkingDay(earlier, days));
}
