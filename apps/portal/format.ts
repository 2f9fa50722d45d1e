/** Amounts, dates and rates as a borrower reads them. Money comes as fen in digits and never passes through a float. */
import { formatPercent, formatYuan } from '#core/money/index.ts';

/** `1050000` → `10,500.00`. */
export const yuan = (fen: string): string => formatYuan(BigInt(fen), true);

/** Without the fen when there are none: `10,000`. */
export const shortYuan = (fen: string): string => yuan(fen).replace(/\.00$/, '');

/** In ten thousands, as exactly as it is: `6500000` → `6.50`, `6512345` → `6.512345`. */
export function wan(fen: string): string {
  const digits = fen.padStart(7, '0');
  const part = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${digits.slice(0, -6).replace(/\B(?=(\d{3})+$)/g, ',')}.${part.padEnd(2, '0')}`;
}

export const percent = (ppm: number): string => formatPercent(BigInt(ppm));

/** Whole yuan in ten thousands and the rest, so that a zero too many is seen: `123456` → `12 万 3,456 元`. */
export function wanAndRest(whole: bigint): string {
  const grouped = (value: bigint): string => value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
  const [tens, rest] = [whole / 10_000n, whole % 10_000n];
  if (tens === 0n) return `${grouped(rest)} 元`;
  return rest === 0n ? `${grouped(tens)} 万元` : `${grouped(tens)} 万 ${grouped(rest)} 元`;
}

const digitNames = '零一二三四五六七八九';
const places = ['', '十', '百', '千'] as const;

/** Below ten thousand; a gap inside is one 零. */
function readGroup(group: number): string {
  const digits = String(group);
  let read = '';
  let hasGap = false;
  for (const [index, digit] of [...digits].entries()) {
    if (digit === '0') {
      hasGap = true;
      continue;
    }
    read += `${hasGap ? '零' : ''}${digitNames[Number(digit)] ?? ''}${places[digits.length - 1 - index] ?? ''}`;
    hasGap = false;
  }
  return read;
}

/** As it is said: `105000` → `十万五千`. Below a trillion. */
export function readAloud(whole: bigint): string {
  if (whole === 0n) return '零';
  const groups = [whole / 100_000_000n, (whole / 10_000n) % 10_000n, whole % 10_000n].map(Number);
  const units = ['亿', '万', ''];
  let read = '';
  for (const [index, group] of groups.entries()) {
    if (group === 0) continue;
    const isGapped = read !== '' && (group < 1000 || groups[index - 1] === 0);
    read += `${isGapped ? '零' : ''}${readGroup(group)}${units[index] ?? ''}`;
  }
  return read.replace(/^一十/, '十');
}

/** In English words enough to see a zero too many: `105000` → `105 thousand`. */
export function readInEnglish(whole: bigint): string {
  const [millions, thousands, rest] = [whole / 1_000_000n, (whole / 1000n) % 1000n, whole % 1000n];
  const parts = [millions > 0n ? `${millions} million` : '', thousands > 0n ? `${thousands} thousand` : '', rest > 0n ? String(rest) : ''];
  return parts.filter((part) => part !== '').join(' ') || '0';
}

/** `2026-11-27 14:05` by the bank's clock. */
export function moment(instant: string): string {
  const clock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai' });
  return clock.format(new Date(instant));
}
