import { daysBetween, monthly, periodDays, rollDate, wholeMonths } from '#core/calendar/index.ts';
import type { DayCount, Roll, WorkingDays } from '#core/calendar/index.ts';
import { planRefused } from './refusal.ts';
import type { PlanRefusal } from './refusal.ts';

/** 还款方式. */
export const methods = ['equal_installment', 'equal_principal', 'interest_only', 'bullet', 'revolving', 'custom'] as const;
export type Method = (typeof methods)[number];

export const methodNames: Record<Method, { readonly zh: string; readonly en: string }> = {
  equal_installment: { zh: '等额本息', en: 'equal instalments' },
  equal_principal: { zh: '等额本金', en: 'equal principal' },
  interest_only: { zh: '先息后本', en: 'interest first, principal at maturity' },
  bullet: { zh: '一次还本付息', en: 'principal and interest at maturity' },
  revolving: { zh: '随借随还', en: 'drawn and repaid at will' },
  custom: { zh: '按约定日期还本', en: 'principal on agreed dates' },
};

/** Where the months between interest dates are counted from: the loan's start, or the year (a quarter then ends in March, June, September, December). */
export const interestAnchors = ['start', 'calendar'] as const;
export type InterestAnchor = (typeof interestAnchors)[number];

/** An interest period: interest runs from `start` to the day before `due`, for `days` by the day count. */
export interface Period {
  readonly start: Temporal.PlainDate;
  readonly due: Temporal.PlainDate;
  readonly days: number;
}

export interface Dates {
  readonly startDate: Temporal.PlainDate;
  /** 1 to 360; not asked of `custom`. */
  readonly months: number;
  /** 1 to 31; in a shorter month the last day. Not asked of `bullet` and `custom`. */
  readonly dueDay: number;
  readonly dayCount: DayCount;
  readonly method: Method;
  /** Months between the interest dates of `interest_only`. */
  readonly interestEvery?: 1 | 3;
  /** `calendar`: interest dates of `interest_only` by quarter fall on the due day of March, June, September and December (按季结息). */
  readonly interestAnchor?: InterestAnchor;
  /** The due dates of `custom`. */
  readonly customDates?: readonly Temporal.PlainDate[];
  /** Calendar days, 1 to 28: a due day nearer to the start is passed over, and its days join the first full period. With 1 they stand alone. */
  readonly shortestFirstDays?: number;
  /** A due date that is no working day moves, and the interest period with it. */
  readonly roll?: Roll;
  readonly workingDays?: WorkingDays;
}

/** Of the two odd periods that a due day other than the start's makes, neither is then shorter than two weeks nor longer than a month and a half. */
const usualShortestFirstDays = 15;

/**
 * The interest periods of a term. A loan of n months has n of them, or one for each `interestEvery` begun: the first ends on the first due day that is
 * not too near to the start, the last on the day the term ends (the start's day of the month, or the last day of a shorter one). A due day other
 * than the start's makes those two odd, counted by days; all others are whole months. By calendar quarter the first and the last are what lies before
 * and after the quarter days of the term; a quarter day too near to either end is passed over.
 * Refuses: months_out_of_range, due_day_out_of_range, first_days_out_of_range, working_days_missing, dates_not_rising.
 */
export function periodsOf(dates: Dates): Period[] | PlanRefusal {
  const { startDate, roll = 'none', workingDays } = dates;
  const dues = dates.method === 'custom' ? (dates.customDates ?? []) : dueDates(dates);
  if ('refused' in dues) return dues;
  if (roll !== 'none' && !workingDays) return planRefused('working_days_missing');
  const rolled = workingDays ? dues.map((due) => rollDate(due, roll, workingDays)) : dues;
  const rises = rolled.every((due, index) => Temporal.PlainDate.compare(rolled[index - 1] ?? startDate, due) < 0);
  if (rolled.length === 0 || !rises) return planRefused('dates_not_rising');
  return between(dates, rolled);
}

function dueDates(dates: Dates) {
  const { startDate, months, dueDay, method, interestEvery = 1, interestAnchor, shortestFirstDays = usualShortestFirstDays } = dates;
  if (!isWithin(months, 360)) return planRefused('months_out_of_range');
  if (!isWithin(dueDay, 31)) return planRefused('due_day_out_of_range');
  if (!isWithin(shortestFirstDays, 28)) return planRefused('first_days_out_of_range');
  const maturity = monthly(startDate, months, startDate.day);
  if (method === 'bullet') return [maturity];
  const every = method === 'interest_only' ? interestEvery : 1;
  if (every === 3 && interestAnchor === 'calendar') return [...quarterDays(dates, maturity, shortestFirstDays), maturity];
  const first = firstDueMonth(startDate, dueDay, shortestFirstDays) + every - 1;
  const dues: Temporal.PlainDate[] = [];
  for (let passed = 0; passed + every < months; passed += every) dues.push(monthly(startDate, first + passed, dueDay));
  return [...dues, maturity];
}

/** The quarter days that are far enough from both ends of the term. */
function quarterDays(
  { startDate, dueDay }: Pick<Dates, 'startDate' | 'dueDay'>,
  maturity: Temporal.PlainDate,
  shortestDays: number,
): Temporal.PlainDate[] {
  const isFar = (from: Temporal.PlainDate, to: Temporal.PlainDate): boolean => daysBetween(from, to, 'actual/365') >= shortestDays;
  const days: Temporal.PlainDate[] = [];
  for (let passed = monthsToQuarterEnd(startDate); ; passed += 3) {
    const day = monthly(startDate, passed, dueDay);
    if (!isFar(day, maturity)) return days;
    if (isFar(startDate, day)) days.push(day);
  }
}

/**
 * Due dates after one on which a period has begun, up to the last, `end`, with which a term is prolonged: as `periodsOf` places them, but one too near
 * to the end is passed over, because the end is agreed by day. Not asked of `bullet` and `custom`.
 */
export function datesUntil(
  end: Temporal.PlainDate,
  dates: Pick<Dates, 'startDate' | 'dueDay' | 'method' | 'interestEvery' | 'interestAnchor'>,
): Temporal.PlainDate[] {
  const { startDate, dueDay, method, interestEvery = 1, interestAnchor } = dates;
  const every = method === 'interest_only' ? interestEvery : 1;
  if (every === 3 && interestAnchor === 'calendar') return [...quarterDays(dates, end, usualShortestFirstDays), end];
  const dues: Temporal.PlainDate[] = [];
  for (let month = firstDueMonth(startDate, dueDay, usualShortestFirstDays) + every - 1; ; month += every) {
    const due = monthly(startDate, month, dueDay);
    if (daysBetween(due, end, 'actual/365') < usualShortestFirstDays) return [...dues, end];
    dues.push(due);
  }
}

/** Months from the month of a date to the last one of its calendar quarter: 0, 1 or 2. */
const monthsToQuarterEnd = ({ month }: Temporal.PlainDate): number => (3 - (month % 3)) % 3;

/** Months from the start's month to that of the first due day far enough away: 0, 1 or 2. */
function firstDueMonth(startDate: Temporal.PlainDate, dueDay: number, shortestDays: number): number {
  const isNear = (month: number): boolean => daysBetween(startDate, monthly(startDate, month, dueDay), 'actual/365') < shortestDays;
  let month = 0;
  while (isNear(month)) month += 1;
  return month;
}

const isWithin = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;

function between({ startDate, dueDay, dayCount, method }: Dates, dues: readonly Temporal.PlainDate[]): Period[] {
  // What runs from the start to the end of the term in one is whole months, whatever day of the month others would fall due on.
  const day = dues.length === 1 || method === 'custom' ? startDate.day : dueDay;
  return dues.map((due, index) => {
    const start = dues[index - 1] ?? startDate;
    return { start, due, days: periodDays(start, due, dayCount, wholeMonths(start, due, day)) };
  });
}
