import { yearBasis } from '#core/calendar/index.ts';
import type { DayCount } from '#core/calendar/index.ts';
import { divide, wholePpm } from '#core/money/index.ts';

/** What interest is worked out from, beside balance and days. */
export interface InterestTerms {
  readonly ratePpm: bigint;
  readonly dayCount: DayCount;
}

/** What a numerator of fen × ppm × days is divided by to become fen. */
export const denominatorOf = ({ dayCount }: InterestTerms): bigint => yearBasis[dayCount] * wholePpm;

/**
 * Interest in fen of a numerator (fen × ppm × days): half up, and upward for what a payment left below zero, the same as the interest that accrues
 * day by day.
 */
export function interestOf(terms: InterestTerms, numerator: bigint): bigint {
  const denominator = denominatorOf(terms);
  return divide(2n * numerator + denominator, 2n * denominator, 'floor');
}
