/** Who may decide up to how much. Pure. */
import type { Terms } from '#core/product/index.ts';
import type { LendingConfiguration } from '../configuration.ts';

export type Row = LendingConfiguration['authorities'][string][number];

/**
 * How many levels decide on an amount: 1 the first row of the table, 2 the second as well, and so on; one more than there are rows when it is above all
 * of them, which is for a vote.
 */
export function levelOf(table: readonly Row[], limitFen: bigint): number {
  const covering = table.findIndex((row) => limitFen <= BigInt(row.up_to_fen));
  return covering === -1 ? table.length + 1 : covering + 1;
}

export type Overstep = 'above_proposal' | 'above_product' | 'below_product' | 'discount_too_large';

export interface Word {
  readonly limitFen: bigint;
  readonly discountBp: number;
}

/**
 * What is wrong with an approver's word; null when it may stand. Approvers grant what was investigated or less: more needs another investigation. A
 * discount is the post's own, as the product gives it.
 */
export function oversteps(word: Word, proposedFen: bigint, terms: Terms, post: string): Overstep | null {
  if (word.limitFen > proposedFen) return 'above_proposal';
  if (word.limitFen > BigInt(terms.limit_max_fen)) return 'above_product';
  if (word.limitFen < BigInt(terms.limit_min_fen)) return 'below_product';
  return word.discountBp > (terms.discounts_bp[post] ?? 0) ? 'discount_too_large' : null;
}

/** The price after a discount; the product's floor holds it. */
export const priced = (ratePpm: number, discountBp: number, floorPpm: number): number => Math.max(ratePpm - discountBp * 100, floorPpm);
