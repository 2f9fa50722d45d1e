import type { CollectionState } from './contract.ts';

/**
 * What may happen to a collection, and what it becomes; every other pair is refused. `sent` is written before the order leaves, so that a crash in
 * between is a question to the core bank and never a second order. Only what surely did not leave is planned again.
 */
export const transitions = {
  send: { from: ['planned', 'sent', 'unknown'], to: 'sent' },
  keep: { from: ['sent'], to: 'planned' },
  lose: { from: ['sent', 'unknown'], to: 'unknown' },
  book: { from: ['sent', 'unknown'], to: 'collected' },
  fail: { from: ['planned', 'sent', 'unknown'], to: 'failed' },
} as const satisfies Record<string, { from: readonly CollectionState[]; to: CollectionState }>;

export type CollectionAct = keyof typeof transitions;

export const mayBecome = (act: CollectionAct, state: CollectionState): boolean => transitions[act].from.some((from) => from === state);

/** An order that may have left: its money may be on its way, so that nothing else may be done to the loan, and no night passes over it. */
export const isUnderWay = (state: CollectionState): boolean => state === 'sent' || state === 'unknown';

/** `isUnderWay` in SQL, for the orders of a loan. */
export const underWaySql = (loanId: string): string =>
  `exists (select from servicing.collection under_way where under_way.loan_id = ${loanId} and under_way.state in ('sent', 'unknown'))`;
