import type { ProposalState, RefusalCode } from './contract.ts';

/** What may be done to a proposal, and what it becomes. Every other pair of state and act is refused. */
export const transitions = {
  approve: { from: 'proposed', to: 'applied' },
  reject: { from: 'proposed', to: 'rejected' },
  withdraw: { from: 'proposed', to: 'withdrawn' },
  expire: { from: 'proposed', to: 'expired' },
} as const satisfies Record<string, { from: ProposalState; to: ProposalState }>;

/** What a person may do; expiry happens by itself. */
export type Act = 'approve' | 'reject' | 'withdraw';

/** After this many days a proposal speaks of a world that has moved on. */
export const openDays = 14;

export interface Standing {
  state: ProposalState;
  makerId: string;
  expiresAt: Temporal.Instant;
}

/**
 * Why `actorId` may not do this now, or null. Precedence: not permitted, not the maker, own proposal, already decided, expired: whether a proposal
 * is open is told only to those who may deal with it.
 */
export function refusalOf(
  act: Act,
  standing: Standing,
  who: { actorId: string; isPermitted: boolean },
  now: Temporal.Instant,
): RefusalCode | null {
  const isMaker = who.actorId === standing.makerId;
  if (act === 'withdraw' && !isMaker) return 'not_maker';
  if (act !== 'withdraw' && !who.isPermitted) return 'not_permitted';
  if (act !== 'withdraw' && isMaker) return 'own_proposal';
  if (standing.state !== transitions[act].from) return standing.state === 'expired' ? 'expired' : 'already_decided';
  if (Temporal.Instant.compare(now, standing.expiresAt) >= 0) return 'expired';
  return null;
}
