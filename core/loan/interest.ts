import { dayIndex, yearBasis } from '#core/calendar/index.ts';
import type { DayCount } from '#core/calendar/index.ts';
import { divide, shareOf, wholePpm } from '#core/money/index.ts';
import type { Day, Instalment, LoanTerms } from './loan.ts';

/** What a numerator is divided by to become fen. */
export const denominatorOf = (dayCount: DayCount): bigint => yearBasis[dayCount] * wholePpm;

/**
 * Posted interest of a numerator: half up to the fen. What is left of a fen after a payment may be half a fen too much, below zero; halves go
 * upward there too, so that nothing stays posted when nothing is owed.
 */
export function fenOf(numerator: bigint, dayCount: DayCount): bigint {
  const denominator = denominatorOf(dayCount);
  return divide(2n * numerator + denominator, 2n * denominator, 'floor');
}

export const next = (day: Day): Day => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

/** Days of a period that have passed at the opening of `day`: never more than the period has, and all of them on the due date. */
export function elapsedDays(period: Pick<Instalment, 'start' | 'due' | 'days'>, day: Day, dayCount: DayCount): number {
  if (day >= period.due) return period.days;
  const passed = dayIndex(Temporal.PlainDate.from(day), dayCount) - dayIndex(Temporal.PlainDate.from(period.start), dayCount);
  return Math.min(passed, period.days);
}

/** Rates that overdue and misused money bears, in ppm a year. */
export interface DefaultRates {
  /** On overdue principal, in place of the contract rate: the heavier of penalty and misuse. */
  readonly overdue: bigint;
  /** On principal that is not overdue, on top of the contract rate, while the money is misused. */
  readonly misuse: bigint;
}

/** Source: 银发〔2003〕251号: overdue +30–50 %, misuse +50–100 %, the heavier of both, never added. Markups are rounded half up to the ppm. */
export function defaultRates(terms: LoanTerms): DefaultRates {
  const penalty = shareOf(terms.ratePpm, terms.penaltyMarkupPpm, 'half_up');
  const misuse = terms.misuseMarkupPpm === null ? 0n : shareOf(terms.ratePpm, terms.misuseMarkupPpm, 'half_up');
  return { overdue: terms.ratePpm + (misuse > penalty ? misuse : penalty), misuse };
}
