import type { LprPage } from '#modules/servicing/contract.ts';

type Published = LprPage['items'][number];
type Floating = LprPage['next'][number];

/** What a floating loan will bear from its next day on, when nothing else is published before; null without a published LPR. */
export function rateThen(loan: Floating, items: readonly Published[]): number | null {
  const last = items.find((one) => one.published_on <= loan.reprice_on);
  return last === undefined ? null : Math.max(0, (loan.is_long ? last.five_year_ppm : last.one_year_ppm) + loan.spread_ppm);
}

/** Loans by the day on which they take their rate, the nearest day first. */
export function nearest(next: readonly Floating[]): { day: string; loans: number } | null {
  const [first] = next;
  return first === undefined ? null : { day: first.reprice_on, loans: next.filter((loan) => loan.reprice_on === first.reprice_on).length };
}

/** Points of a percent, signed, as people speak of a change of the LPR: one is a hundredth of a percent. */
export function basisPoints(before: number | undefined, now: number): string | null {
  if (before === undefined) return null;
  const points = (now - before) / 100;
  return points === 0 ? '0' : `${points > 0 ? '+' : '−'}${Math.abs(points)}`;
}
