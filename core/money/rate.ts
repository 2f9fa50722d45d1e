import { divide } from './divide.ts';
import type { Rounding } from './divide.ts';

/** A rate of 1 (100 %) a year, in millionths. */
export const wholePpm = 1_000_000n;

/** The highest yearly rate that is taken for one and not for a slip of the hand: 1,000 %. */
const highest = 10_000_000;

/** An integer number of millionths a year as `bigint`; null when it is none, negative, or beyond 1,000 %. */
export function ratePpm(value: number | bigint): bigint | null {
  if (typeof value === 'number' && !Number.isInteger(value)) return null;
  return value >= 0 && value <= highest ? BigInt(value) : null;
}

/** `36000n` → `3.60`; more places only when the rate has them. */
export function formatPercent(rate: bigint): string {
  const digits = (rate < 0n ? -rate : rate).toString().padStart(5, '0');
  const places = digits.slice(-4).replace(/0{1,2}$/, '');
  return `${rate < 0n ? '-' : ''}${digits.slice(0, -4)}.${places}`;
}

/** A share of an amount, such as a penalty on a rate: `amount × ppm / 1,000,000`. */
export function shareOf(amount: bigint, ppm: bigint, rounding: Rounding): bigint {
  return divide(amount * ppm, wholePpm, rounding);
}
