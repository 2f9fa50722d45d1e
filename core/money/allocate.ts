import { divide } from './divide.ts';

/**
 * Splits `total` in proportion to `weights`. The parts sum to `total`, have its sign, and each lies within one fen of its exact share: every part is
 * the difference of two rounded running shares, so that no rest is left for anybody to argue about.
 * @throws RangeError when there is no weight, one is negative, or all are zero
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  if (weights.some((weight) => weight < 0n)) throw new RangeError('a weight is negative');
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  if (whole === 0n) throw new RangeError('the weights sum to zero');
  let running = 0n;
  let given = 0n;
  return weights.map((weight) => {
    running += weight;
    const upTo = divide(total * running, whole, 'half_up');
    const part = upTo - given;
    given = upTo;
    return part;
  });
}
