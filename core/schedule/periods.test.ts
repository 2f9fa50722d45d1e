import { describe, expect, test } from 'vitest';
import type { WorkingDays } from '#core/calendar/index.ts';
import { periodsOf } from './index.ts';
import type { Dates, PlanRefusalCode } from './index.ts';

const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);
const terms = (changed: Partial<Dates>): Dates => ({
  startDate: day('2026-01-15'),
  months: 3,
  dueDay: 15,
  dayCount: '30/360',
  method: 'equal_installment',
  ...changed,
});

/** `2026-02-15 30` for each period: its due date and its days. */
function shown(dates: Dates): string[] {
  const periods = periodsOf(dates);
  if ('refused' in periods) throw new Error(periods.refused);
  expect(periods.map(({ start }) => start.toString())).toEqual(
    [dates.startDate, ...periods.map(({ due }) => due)].slice(0, -1).map(String),
  );
  return periods.map(({ due, days }) => `${due.toString()} ${days}`);
}

describe('due dates and days', () => {
  test.each<[string, Partial<Dates>, string[]]>([
    ['regular', {}, ['2026-02-15 30', '2026-03-15 30', '2026-04-15 30']],
    ['by actual days', { dayCount: 'actual/360' }, ['2026-02-15 31', '2026-03-15 28', '2026-04-15 31']],
    ['from 31 January', { startDate: day('2026-01-31'), dueDay: 31 }, ['2026-02-28 30', '2026-03-31 30', '2026-04-30 30']],
    [
      'from 31 January, actual',
      { startDate: day('2026-01-31'), dueDay: 31, dayCount: 'actual/365' },
      ['2026-02-28 28', '2026-03-31 31', '2026-04-30 30'],
    ],
    [
      'from 29 February of a leap year',
      { startDate: day('2028-02-29'), months: 12, method: 'bullet', dayCount: 'actual/365' },
      ['2029-02-28 365'],
    ],
    ['across a leap day', { startDate: day('2028-01-15'), months: 6, method: 'bullet', dayCount: 'actual/360' }, ['2028-07-15 182']],
    ['one month', { months: 1 }, ['2026-02-15 30']],
    ['one month whose due day is another', { months: 1, dueDay: 1 }, ['2026-02-15 30']],
    ['at maturity, whatever the due day', { startDate: day('2026-01-29'), months: 1, dueDay: 5, method: 'bullet' }, ['2026-02-28 30']],
    [
      'by quarter',
      { months: 12, method: 'interest_only', interestEvery: 3 },
      ['2026-04-15 90', '2026-07-15 90', '2026-10-15 90', '2027-01-15 90'],
    ],
    [
      'by quarter with a rest',
      { months: 8, method: 'interest_only', interestEvery: 3 },
      ['2026-04-15 90', '2026-07-15 90', '2026-09-15 60'],
    ],
    ['by quarter in a shorter term', { months: 2, method: 'interest_only', interestEvery: 3 }, ['2026-03-15 60']],
    ['of a quarter only where interest is asked for so', { interestEvery: 3 }, ['2026-02-15 30', '2026-03-15 30', '2026-04-15 30']],
    [
      'by calendar quarter, paid on the 21st',
      { startDate: day('2026-02-10'), months: 12, dueDay: 21, method: 'interest_only', interestEvery: 3, interestAnchor: 'calendar' },
      ['2026-03-21 41', '2026-06-21 90', '2026-09-21 90', '2026-12-21 90', '2027-02-10 49'],
    ],
    [
      'by calendar quarter, actual',
      {
        startDate: day('2026-02-10'),
        months: 12,
        dueDay: 21,
        method: 'interest_only',
        interestEvery: 3,
        interestAnchor: 'calendar',
        dayCount: 'actual/360',
      },
      ['2026-03-21 39', '2026-06-21 92', '2026-09-21 92', '2026-12-21 91', '2027-02-10 51'],
    ],
    [
      'by calendar quarter, both ends near a quarter day',
      { startDate: day('2026-03-10'), months: 12, dueDay: 21, method: 'interest_only', interestEvery: 3, interestAnchor: 'calendar' },
      ['2026-06-21 101', '2026-09-21 90', '2026-12-21 90', '2027-03-10 79'],
    ],
    [
      'by calendar quarter, the end just after a quarter day',
      { startDate: day('2026-03-25'), months: 3, dueDay: 21, method: 'interest_only', interestEvery: 3, interestAnchor: 'calendar' },
      ['2026-06-25 90'],
    ],
    [
      'by month whatever the anchor',
      { method: 'interest_only', interestAnchor: 'calendar' },
      ['2026-02-15 30', '2026-03-15 30', '2026-04-15 30'],
    ],
    [
      'on agreed dates',
      { method: 'custom', customDates: [day('2026-10-20'), day('2027-01-15')], dayCount: 'actual/365' },
      ['2026-10-20 278', '2027-01-15 87'],
    ],
  ])('%s', (_name, changed, expected) => expect(shown(terms(changed))).toEqual(expected));
});

describe('a due day other than the start’s', () => {
  test.each<[string, Partial<Dates>, string[]]>([
    [
      'near: its days join the first month',
      { startDate: day('2026-01-10'), dueDay: 20 },
      ['2026-02-20 40', '2026-03-20 30', '2026-04-10 20'],
    ],
    ['a day away over the month end', { startDate: day('2026-01-31'), dueDay: 1 }, ['2026-03-01 31', '2026-04-01 30', '2026-04-30 29']],
    ['fourteen days away joins', { startDate: day('2026-01-06'), dueDay: 20 }, ['2026-02-20 44', '2026-03-20 30', '2026-04-06 16']],
    ['fifteen days away stands', { startDate: day('2026-01-05'), dueDay: 20 }, ['2026-01-20 15', '2026-02-20 30', '2026-04-05 45']],
    ['in the next month stands', { startDate: day('2026-01-20'), dueDay: 5 }, ['2026-02-05 15', '2026-03-05 30', '2026-04-20 45']],
    [
      'near, but agreed to stand alone',
      { startDate: day('2026-01-10'), dueDay: 20, shortestFirstDays: 1 },
      ['2026-01-20 10', '2026-02-20 30', '2026-04-10 50'],
    ],
    [
      'far, but agreed to join',
      { startDate: day('2026-01-20'), dueDay: 5, shortestFirstDays: 28 },
      ['2026-03-05 45', '2026-04-05 30', '2026-04-20 15'],
    ],
    [
      'by quarter',
      { startDate: day('2026-01-10'), months: 12, dueDay: 20, method: 'interest_only', interestEvery: 3, dayCount: 'actual/360' },
      ['2026-04-20 100', '2026-07-20 91', '2026-10-20 92', '2027-01-10 82'],
    ],
    ['the last of the month', { startDate: day('2026-01-15'), dueDay: 31 }, ['2026-01-31 15', '2026-02-28 30', '2026-04-15 45']],
    [
      'the last of February is no start on the 31st',
      { startDate: day('2026-02-28'), dueDay: 31 },
      ['2026-03-31 30', '2026-04-30 30', '2026-05-28 28'],
    ],
  ])('%s', (_name, changed, expected) => expect(shown(terms(changed))).toEqual(expected));
});

const workingDays: WorkingDays = {
  from: '2026-01-01',
  to: '2026-12-31',
  holidays: new Set(['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20', '2026-02-23']),
  makeUpDays: new Set(['2026-02-14', '2026-02-28']),
};

describe('due dates that are no working days', () => {
  test.each<[Dates['roll'], string[]]>([
    ['none', ['2026-02-15 31', '2026-03-15 28', '2026-04-15 31']],
    ['following', ['2026-02-24 40', '2026-03-16 20', '2026-04-15 30']],
    ['preceding', ['2026-02-14 30', '2026-03-13 27', '2026-04-15 33']],
  ])('roll %s and take the period with them', (roll = 'none', expected) => {
    expect(shown(terms({ roll, workingDays, dayCount: 'actual/365' }))).toEqual(expected);
  });

  test('count 30/360 by days once they have moved', () => {
    expect(shown(terms({ roll: 'following', workingDays }))).toEqual(['2026-02-24 39', '2026-03-16 22', '2026-04-15 29']);
  });
});

describe('refused', () => {
  test.each<[PlanRefusalCode, Partial<Dates>]>([
    ['months_out_of_range', { months: 0 }],
    ['months_out_of_range', { months: 361 }],
    ['months_out_of_range', { months: 1.5 }],
    ['months_out_of_range', { months: Number.NaN }],
    ['due_day_out_of_range', { dueDay: 0 }],
    ['due_day_out_of_range', { dueDay: 32 }],
    ['first_days_out_of_range', { shortestFirstDays: 0 }],
    ['first_days_out_of_range', { shortestFirstDays: 29 }],
    ['working_days_missing', { roll: 'following' }],
    ['dates_not_rising', { method: 'custom' }],
    ['dates_not_rising', { method: 'custom', customDates: [day('2026-01-15')] }],
    ['dates_not_rising', { method: 'custom', customDates: [day('2026-10-20'), day('2026-10-20')] }],
    ['dates_not_rising', { method: 'custom', customDates: [day('2026-03-14'), day('2026-03-15')], roll: 'following', workingDays }],
  ])('%s', (code, changed) => expect(periodsOf(terms(changed))).toEqual({ refused: code }));
});
