import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { holidayNotice, isWorkingDay, workingDaysOf } from './index.ts';
import type { HolidayNotice } from './index.ts';

const folder = join(import.meta.dirname, '../../banks/template/calendar');
/** The hours beside the notices are read by whoever runs cases. */
const files = readdirSync(folder)
  .filter((file) => file !== 'hours.yaml')
  .toSorted();
const noticeOf = (file: string): HolidayNotice => holidayNotice.parse(parse(readFileSync(join(folder, file), 'utf8')));

describe('the delivered notices', () => {
  const days = workingDaysOf(files.map(noticeOf));

  test('are one a year, each named after its year', () => {
    expect(files).toEqual(['2024.yaml', '2025.yaml', '2026.yaml']);
    expect(files.map((file) => noticeOf(file).year)).toEqual([2024, 2025, 2026]);
    expect([days.from, days.to]).toEqual(['2024-01-01', '2026-12-31']);
  });

  // Working days of the year and weekdays off, counted from an independent list of the same notices.
  test.each([
    [2024, 251, 19, 8],
    [2025, 248, 18, 5],
    [2026, 248, 19, 6],
  ])('%i has %i working days, %i weekdays off, %i weekend days of work', (year, working, off, made) => {
    const all = Array.from({ length: year % 4 === 0 ? 366 : 365 }, (_, index) =>
      Temporal.PlainDate.from(`${year}-01-01`).add({ days: index }),
    );
    const works = all.filter((date) => isWorkingDay(date, days));
    const weekdaysOff = all.filter((date) => date.dayOfWeek <= 5 && !isWorkingDay(date, days));
    expect([works.length, weekdaysOff.length, works.filter((date) => date.dayOfWeek > 5).length]).toEqual([working, off, made]);
  });

  test.each([
    ['2024-02-09', true],
    ['2024-02-18', true],
    ['2025-10-08', false],
    ['2025-10-11', true],
    ['2026-01-02', false],
    ['2026-01-04', true],
    ['2026-02-23', false],
    ['2026-06-19', false],
  ])('%s works: %s', (date, works) => expect(isWorkingDay(Temporal.PlainDate.from(date), days)).toBe(works));
});

describe('a notice', () => {
  const labour = { name: { zh: '劳动节', en: 'Labour Day' }, from: '2026-05-01', to: '2026-05-05', make_up: ['2026-05-09'] };
  const notice = (changed: object): object => ({ year: 2026, issued: '2025-11-04', holidays: [{ ...labour, ...changed }] });

  test.each<[string, object, string, RegExp]>([
    ['a day that is none', notice({ to: '2026-02-30' }), 'holidays.0.to', /YYYY-MM-DD/],
    ['a month that is none', notice({ to: '2026-13-01' }), 'holidays.0.to', /YYYY-MM-DD/],
    ['a range backwards', notice({ to: '2026-04-30' }), 'holidays.0.to', /before from/],
    ['another year', notice({ from: '2025-05-01', to: '2025-05-01' }), 'holidays.0.from', /must lie in 2026/],
    ['work on a weekday', notice({ make_up: ['2026-05-08'] }), 'holidays.0.make_up.0', /Saturday or Sunday/],
    ['work within the holiday', notice({ make_up: ['2026-05-02'] }), 'holidays.0.from', /named twice/],
    ['an unknown key', notice({ days: 5 }), 'holidays.0', /days/],
    ['no holiday', { year: 2026, issued: '2025-11-04', holidays: [] }, 'holidays', /./],
  ])('is refused for %s', (_name, value, place, message) => {
    const [issue] = holidayNotice.safeParse(value).error?.issues ?? [];
    expect(issue?.path.join('.')).toBe(place);
    expect(issue?.message).toMatch(message);
  });

  test.each<[string, string[], RegExp]>([
    ['none', [], /no holiday notice/],
    ['one twice', ['2025.yaml', '2025.yaml'], /follow each other/],
    ['a year missing', ['2024.yaml', '2026.yaml'], /follow each other/],
  ])('makes no working days with %s', (_name, names, message) => {
    expect(() => workingDaysOf(names.map(noticeOf))).toThrow(message);
  });
});
