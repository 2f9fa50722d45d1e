import type { DrawdownState } from '../contract.ts';

/**
 * What may happen to a drawdown, and what it becomes; every other pair is refused. `sent` is written before the payment leaves, so that a crash in
 * between is a question to the core bank and never a second payment.
 */
export const transitions = {
  send: { from: ['reserved', 'unknown'], to: 'sent' },
  confirm: { from: ['sent', 'unknown'], to: 'confirmed' },
  fail: { from: ['reserved', 'sent', 'unknown'], to: 'failed' },
  lose: { from: ['sent', 'unknown'], to: 'unknown' },
} as const satisfies Record<string, { from: readonly DrawdownState[]; to: DrawdownState }>;

export type DrawdownAct = keyof typeof transitions;

export const mayBecome = (act: DrawdownAct, state: DrawdownState): boolean => transitions[act].from.some((from) => from === state);
