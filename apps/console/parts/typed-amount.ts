import { parseYuan } from '#core/money/index.ts';

/** Fen of what was typed in yuan, separators allowed; null when it is no amount, or nothing. */
export function fenTyped(text: string): bigint | null {
  const fen = parseYuan(text.replaceAll(/[,，\s]/g, ''));
  return fen === null || fen <= 0n ? null : fen;
}

/** Millionths a year of a typed percent with up to four decimals; null when it is none or beyond 1,000 %. */
export function ppmTyped(text: string): number | null {
  const match = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text.trim());
  if (!match) return null;
  return Number(match[1]) * 10_000 + Number((match[2] ?? '').padEnd(4, '0'));
}

/** A whole number within its bounds; null when it is none. */
export function wholeTyped(text: string, least: number, most: number): number | null {
  const trimmed = text.trim();
  const value = Number(trimmed);
  return /^\d{1,4}$/.test(trimmed) && value >= least && value <= most ? value : null;
}
