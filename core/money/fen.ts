const yuanText = /^(-?)(\d{1,15})(?:\.(\d{1,2}))?$/;

/** Fen of a text in yuan such as `8496.73`; null when it is no amount or has a part of a fen. */
export function parseYuan(text: string): bigint | null {
  const match = yuanText.exec(text);
  if (!match) return null;
  const [, sign, whole = '0', part = ''] = match;
  const fen = BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'));
  return sign === '-' ? -fen : fen;
}

/** `849673n` → `8496.73`, with `grouped` → `8,496.73`. */
export function formatYuan(fen: bigint, grouped = false): string {
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0');
  const whole = digits.slice(0, -2);
  const shown = grouped ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
  return `${fen < 0n ? '-' : ''}${shown}.${digits.slice(-2)}`;
}
