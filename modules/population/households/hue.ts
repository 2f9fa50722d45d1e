/**
 * Which of eight hues a household has: its number modulo eight, so that neighbours on the roll differ and a household keeps its hue for life.
 * A number without digits is folded instead.
 */
export function householdHue(householdId: string): number {
  const number = householdId.slice(householdId.indexOf('-') + 1);
  const digits = /(\d{1,9})\D*$/.exec(number)?.[1];
  if (digits !== undefined) return Number(digits) % 8;
  return Array.from(number).reduce((fold, letter) => (fold * 31 + (letter.codePointAt(0) ?? 0)) % 8191, 7) % 8;
}
