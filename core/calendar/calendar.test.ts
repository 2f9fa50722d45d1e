import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayCounts, daysBetween, isWorkingDay, monthly, periodDays, rollDate, rolls, wholeMonths } from './index.ts';
import type { Roll, WorkingDays } from './index.ts';

const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);
const anyDay = fc.integer({ min: 0, max: 60_000 }).map((days) => day('1990-01-01').add({ days }));

describe('days between', () => {
  test.each([
    //                          30/360 actual/360 actual/365
    ['2026-01-15', '2026-02-15', [30, 31, 31]],
    ['2026-01-31', '2026-02-28', [30, 28, 28]],
    ['2026-02-28', '2026-03-31', [30, 31, 31]],
    ['2028-01-30', '2028-02-29', [30, 30, 30]],
    ['2026-02-27', '2026-03-01', [4, 2, 2]],
    ['2026-01-15', '2027-01-15', [360, 365, 365]],
    ['2026-05-01', '2026-05-01', [0, 0, 0]],
    ['2026-03-15', '2026-02-15', [-30, -28, -28]],
  ])('%s to %s', (from, to, expected) => {
    expect(dayCounts.map((dayCount) => daysBetween(day(from), day(to), dayCount))).toEqual(expected);
  });

  test('add up wherever the time is cut, and never run backwards', () => {
    fc.assert(
      fc.property(anyDay, anyDay, anyDay, fc.constantFrom(...dayCounts), (from, cut, to, dayCount) => {
        expect(daysBetween(from, cut, dayCount) + daysBetween(cut, to, dayCount)).toBe(daysBetween(from, to, dayCount));
        expect(daysBetween(from, from.add({ days: 1 }), dayCount)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 20_000 },
    );
  });

  test('whole months count thirty days each by 30/360 and as they are by the others', () => {
    const [from, to] = [day('2026-01-29'), day('2026-02-28')];
    expect(dayCounts.map((dayCount) => periodDays(from, to, dayCount, 1))).toEqual([30, 30, 30]);
    expect(periodDays(from, to, '30/360', null)).toBe(31);
    expect(periodDays(day('2026-12-31'), day('2027-03-31'), '30/360', 3)).toBe(90);
  });
});

describe('months', () => {
  test.each([
    ['2026-01-15', 1, 15, '2026-02-15'],
    ['2026-01-31', 1, 31, '2026-02-28'],
    ['2026-01-31', 2, 31, '2026-03-31'],
    ['2027-11-30', 3, 30, '2028-02-29'],
    ['2026-11-20', 2, 5, '2027-01-05'],
    ['2026-01-10', 0, 20, '2026-01-20'],
  ])('%s and %i months on day %i is %s', (from, months, dueDay, to) => {
    expect(monthly(day(from), months, dueDay).toString()).toBe(to);
  });

  test.each([
    ['2026-01-15', '2026-02-15', 15, 1],
    ['2026-01-31', '2026-02-28', 31, 1],
    ['2026-02-28', '2026-03-31', 31, 1],
    ['2026-02-28', '2026-03-28', 31, null],
    ['2026-01-10', '2026-02-15', 15, null],
    ['2026-01-15', '2026-01-15', 15, null],
    ['2026-01-15', '2027-04-15', 15, 15],
  ])('%s to %s on day %i', (from, to, dueDay, months) => expect(wholeMonths(day(from), day(to), dueDay)).toBe(months));
});

/** The National Day week of 2026 with its make-up days, as an example of a notice. */
const days: WorkingDays = {
  from: '2026-01-01',
  to: '2026-12-31',
  holidays: new Set(['2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04', '2026-10-05', '2026-10-06', '2026-10-07']),
  makeUpDays: new Set(['2026-09-20', '2026-10-10']),
};

describe('working days', () => {
  test.each([
    ['2026-09-18', true],
    ['2026-09-19', false],
    ['2026-09-20', true],
    ['2026-10-01', false],
    ['2026-10-08', true],
    ['2026-10-10', true],
    ['2027-10-01', true],
  ])('%s', (date, isWorking) => expect(isWorkingDay(day(date), days)).toBe(isWorking));

  test.each<[string, Record<Roll, string>]>([
    ['2026-10-03', { none: '2026-10-03', following: '2026-10-08', modified_following: '2026-10-08', preceding: '2026-09-30' }],
    ['2026-05-31', { none: '2026-05-31', following: '2026-06-01', modified_following: '2026-05-29', preceding: '2026-05-29' }],
    ['2026-06-01', { none: '2026-06-01', following: '2026-06-01', modified_following: '2026-06-01', preceding: '2026-06-01' }],
  ])('%s rolls', (date, expected) => {
    expect(Object.fromEntries(rolls.map((roll) => [roll, rollDate(day(date), roll, days).toString()]))).toEqual(expected);
  });
});
