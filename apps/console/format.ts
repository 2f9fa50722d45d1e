/**
 * Numbers and dates as people in the bank read them. Money is integer fen in a decimal string or bigint and never passes through a float.
 * Unknown is 「—」, never 0.
 */
export const unknown = '—';

const minus = '−';

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Divides by a power of ten given in digits and rounds half away from zero to `places`. */
function scaled(value: bigint, digits: number, places: number): string {
  const negative = value < 0n;
  const magnitude = negative ? -value : value;
  const step = 10n ** BigInt(digits - places);
  const rounded = (magnitude + step / 2n) / step;
  const text = rounded.toString().padStart(places + 1, '0');
  const whole = places === 0 ? text : text.slice(0, -places);
  const fraction = places === 0 ? '' : `.${text.slice(-places)}`;
  return `${negative && rounded !== 0n ? minus : ''}${grouped(whole)}${fraction}`;
}

export type Fen = string | bigint | null | undefined;

const fenOf = (value: string | bigint): bigint => (typeof value === 'bigint' ? value : BigInt(value));

/** Fen as yuan with separators and two decimals: what is owed. */
export function yuan(value: Fen): string {
  return value === null || value === undefined ? unknown : scaled(fenOf(value), 2, 2);
}

/** Fen as 万元 with two decimals: a limit or a total. */
export function wan(value: Fen): string {
  return value === null || value === undefined ? unknown : scaled(fenOf(value), 6, 2);
}

/** Fen as 亿元 with two decimals: a county's total. */
export function yi(value: Fen): string {
  return value === null || value === undefined ? unknown : scaled(fenOf(value), 10, 2);
}

/** Fen as a float of 万元, for the length of a bar or a chart axis only. */
export function wanLength(value: Fen): number {
  return value === null || value === undefined ? 0 : Number(fenOf(value)) / 1e6;
}

/** Millionths a year as a yearly percent with two decimals, without the sign. */
export function percentOfPpm(value: number | null | undefined): string {
  return value === null || value === undefined ? unknown : scaled(BigInt(Math.round(value)), 4, 2);
}

/** A share as percent with one decimal; the denominator 0 has no share. */
export function share(numerator: number | null | undefined, denominator: number | null | undefined): string {
  if (numerator === null || numerator === undefined || !denominator) return unknown;
  return ((numerator / denominator) * 100).toFixed(1);
}

/** A count with separators. */
export function count(value: number | null | undefined): string {
  if (value === null || value === undefined) return unknown;
  return value < 0 ? `${minus}${grouped(String(-value))}` : grouped(String(value));
}

/** A measured number with at most `places` decimals and separators. */
export function decimal(value: number | null | undefined, places = 2): string {
  if (value === null || value === undefined || Number.isNaN(value)) return unknown;
  const [whole = '0', fraction] = Math.abs(value).toFixed(places).split('.');
  const kept = fraction?.replace(/0+$/, '');
  return `${value < 0 ? minus : ''}${grouped(whole)}${kept ? `.${kept}` : ''}`;
}

/** A signed change: +1.39, −2.70. */
export function signed(text: string): string {
  return text.startsWith(minus) || text === unknown || /^[0.,]+$/.test(text) ? text : `+${text}`;
}

/** An instant as `YYYY-MM-DD HH:MM` in the bank's time. */
export function instant(value: string | null | undefined): string {
  if (!value) return unknown;
  const parts = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai' });
  return parts.format(new Date(value));
}

/** Whole years between a birth date and a business day, both `YYYY-MM-DD`. */
export function ageOn(birth: string | null | undefined, day: string): number | null {
  if (!birth) return null;
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}

/** Millionths as a percent with one decimal: coverage rates. */
export function percentOne(ppm: number | null | undefined): string {
  return ppm === null || ppm === undefined ? unknown : scaled(BigInt(Math.round(ppm)), 4, 1);
}
