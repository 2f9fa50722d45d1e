import { divide } from '#core/money/index.ts';
import { denominatorOf } from './interest.ts';
import type { InterestTerms } from './interest.ts';
import type { Period } from './periods.ts';

/**
 * The instalment A, half up to the fen, with which the balance ends at zero when nothing else is rounded:
 * balance × Π(1 + iₖ) = A × Σₖ Πⱼ₍ⱼ﹥ₖ₎(1 + iⱼ), where iₖ is the interest of a period by its own days. Everything stays an integer over powers of one
 * denominator, from which the rate's common factor is taken out first: the numbers of 360 periods are then half as long.
 */
export function levelInstalment(
  terms: InterestTerms,
  balanceFen: bigint,
  periods: readonly Pick<Period, 'days'>[],
  carriedNumerator: bigint,
): bigint {
  const whole = denominatorOf(terms);
  const common = greatestCommonDivisor(whole, terms.ratePpm);
  const [denominator, rate] = [whole / common, terms.ratePpm / common];
  let grown = balanceFen * common;
  let sum = 0n;
  let power = 1n;
  for (const [index, { days }] of periods.entries()) {
    const factor = denominator + rate * BigInt(days);
    grown = grown * factor + (index === 0 ? carriedNumerator : 0n);
    sum = sum * factor + power;
    power *= denominator;
  }
  return divide(grown, sum * whole, 'half_up');
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [high, low] = [a, b];
  while (low !== 0n) [high, low] = [low, high % low];
  return high;
}
