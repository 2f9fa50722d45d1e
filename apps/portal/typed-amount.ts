/** An amount in whole yuan as it is typed key by key. Pure: the key pressed and what stood there → what stands there now. */
export const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'wan', '0', 'back'] as const;
export type Key = (typeof keys)[number];

/** A million million is more than any bank lends; further keys do nothing. */
const mostDigits = 10;

export function press(typed: string, key: Key): string {
  switch (key) {
    case 'back':
      return typed.slice(0, -1);
    case 'wan':
      // Ten thousands of nothing are nothing.
      return typed === '' || typed === '0' ? typed : fitted(`${typed}0000`, typed);
    default:
      return fitted(typed === '0' ? key : `${typed}${key}`, typed);
  }
}

const fitted = (next: string, before: string): string => (next.length > mostDigits ? before : next);

/** What a keyboard or the clipboard brings: digits alone, no leading zeros, a point and what follows cut off. */
export function digitsOf(text: string): string {
  const whole = text.normalize('NFKC').split('.')[0] ?? '';
  return whole
    .replaceAll(/\D/g, '')
    .replace(/^0+(?=\d)/, '')
    .slice(0, mostDigits);
}

export type AmountFault = 'empty' | 'too_small' | 'too_large';

/** Fen of what was typed, or why it is none. Bounds in fen. */
export function amountOf(
  typed: string,
  { least, most }: { least: bigint | null; most: bigint | null },
): { ok: true; fen: bigint } | { ok: false; fault: AmountFault } {
  if (typed === '') return { ok: false, fault: 'empty' };
  const fen = BigInt(typed) * 100n;
  if (least !== null && fen < least) return { ok: false, fault: 'too_small' };
  if (most !== null && fen > most) return { ok: false, fault: 'too_large' };
  return { ok: true, fen };
}

/** One step up or down on a scale that fits the amount: a thousand below ten thousand, then five thousand, then ten thousand. */
export function step(typed: string, direction: 1 | -1, { least, most }: { least: bigint | null; most: bigint | null }): string {
  const whole = typed === '' ? 0n : BigInt(typed);
  const size = stepSize(direction === 1 ? whole : whole - 1n);
  const next = direction === 1 ? (whole / size + 1n) * size : ((whole - 1n) / size) * size;
  const [low, high] = [(least ?? 0n) / 100n, most === null ? null : most / 100n];
  if (next < low) return low === 0n ? '' : low.toString();
  return (high !== null && next > high ? high : next).toString();
}

function stepSize(whole: bigint): bigint {
  if (whole < 10_000n) return 1000n;
  return whole < 100_000n ? 5000n : 10_000n;
}
