/** How a quotient becomes an integer. `half_up` takes halves away from zero: interest is posted that way. */
export type Rounding = 'half_up' | 'half_even' | 'down' | 'up' | 'floor' | 'ceiling';

/**
 * `numerator / denominator` as an integer.
 * @throws RangeError when the denominator is zero
 */
export function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (denominator === 0n) throw new RangeError('division by zero');
  const [top, bottom] = denominator < 0n ? [-numerator, -denominator] : [numerator, denominator];
  const quotient = top / bottom;
  const rest = top % bottom;
  if (rest === 0n) return quotient;
  return isAwayFromZero(rounding, quotient, rest, bottom) ? quotient + (top < 0n ? -1n : 1n) : quotient;
}

/** `quotient` was cut toward zero; does the rule go to the next integer away from it? */
function isAwayFromZero(rounding: Rounding, quotient: bigint, rest: bigint, bottom: bigint): boolean {
  const twice = 2n * (rest < 0n ? -rest : rest);
  switch (rounding) {
    case 'half_up':
      return twice >= bottom;
    case 'half_even':
      return twice > bottom || (twice === bottom && quotient % 2n !== 0n);
    case 'down':
      return false;
    case 'up':
      return true;
    case 'floor':
      return rest < 0n;
    case 'ceiling':
      return rest > 0n;
  }
}
