import { monthly, periodDays, rollDate, wholeMonths } from '#core/calendar/index.ts';
import type { DayCount, Roll, WorkingDays } from '#core/calendar/index.ts';
import { planRefused } from './refusal.ts';
import type { PlanRefusal } from './refusal.ts';

/** 还款方式: 等额本息, 等额本金, 先息后本, 一次还本付息, 随借随还, 按约定日期还本. */
export const methods = ['equal_installment', 'equal_principal', 'interest_only', 'bullet', 'revolving', 'custom'] as const;
export type Method = (typeof methods)[number];

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
  /** 1 to 31; in a shorter month the last day. */
  readonly dueDay: number;
  readonly dayCount: DayCount;
  readonly method: Method;
  /** Months between the interest dates of `interest_only`. */
  readonly interestEvery?: 1 | 3;
  /** The due dates of `custom`. */
  readonly customDates?: readonly Temporal.PlainDate[];
  /** A due date that is no working day moves, and the interest period with it. */
  readonly roll?: Roll;
  readonly workingDays?: WorkingDays;
}

/**
 * The interest periods of a term. A loan of n months has n of them: the first ends on the due day of the next month, the last on the day the term
 * ends, so that a due day other than the start's makes the first and the last period odd ones, counted by days.
 * Refuses: months_out_of_range, due_day_out_of_range, dates_not_rising.
 */
export function periodsOf(dates: Dates): Period[] | PlanRefusal {
  const { startDate, months, dueDay, method } = dates;
  if (method === 'custom') return customPeriods(dates);
  if (!Number.isInteger(months) || months < 1 || months > 360) return planRefused('months_out_of_range');
  if (!Number.isInteger(dueDay) || dueDay < 1 || dueDay > 31) return planRefused('due_day_out_of_range');
  const maturity = dueDay === startDate.day ? monthly(startDate, months, dueDay) : startDate.add({ months });
  if (method === 'bullet') return between(dates, [maturity], dueDay);
  const every = method === 'interest_only' ? (dates.interestEvery ?? 1) : 1;
  const dues: Temporal.PlainDate[] = [];
  for (let month = every; month < months; month += every) dues.push(monthly(startDate, month, dueDay));
  return between(dates, [...dues, maturity], dueDay);
}

function customPeriods(dates: Dates): Period[] | PlanRefusal {
  const dues = dates.customDates ?? [];
  const rises = dues.every((due, index) => Temporal.PlainDate.compare(dues[index - 1] ?? dates.startDate, due) < 0);
  return dues.length > 0 && rises ? between(dates, dues, dates.startDate.day) : planRefused('dates_not_rising');
}

function between(dates: Dates, dues: readonly Temporal.PlainDate[], dueDay: number): Period[] {
  const { dayCount, roll = 'none', workingDays } = dates;
  const moved = roll === 'none' || !workingDays ? dues : dues.map((due) => rollDate(due, roll, workingDays));
  return moved.map((due, index) => {
    const start = moved[index - 1] ?? dates.startDate;
    return { start, due, days: periodDays(start, due, dayCount, wholeMonths(start, due, dueDay)) };
  });
}
