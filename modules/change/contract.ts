/**
 * Four-eyes proposals as the console sees them. Browser-safe: only zod.
 *
 * A proposal says what is to become of one subject; it takes effect when a second person approves it, exactly once, or never.
 */
import { z } from 'zod';

const instant = z.iso.datetime();
const wording = z.object({ zh: z.string(), en: z.string() });

export const proposalId = z.string().regex(/^C\d{1,15}$/);

/** `proposed` is the only open state; the others are final. */
export const proposalStates = ['proposed', 'applied', 'rejected', 'withdrawn', 'expired'] as const;
export const proposalState = z.enum(proposalStates);
export type ProposalState = z.infer<typeof proposalState>;
export const proposalStateText: Record<ProposalState, { zh: string; en: string }> = {
  proposed: { zh: '待复核', en: 'Waiting for a second person' },
  applied: { zh: '已生效', en: 'In effect' },
  rejected: { zh: '已驳回', en: 'Rejected' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
  expired: { zh: '已过期', en: 'Expired' },
};

const person = z.object({ staff_id: z.string(), name: z.string() });
export const proposalSummary = z.object({
  proposal_id: proposalId,
  /** `strategy.publish`, `intake.source`, `organization.staff` … */
  kind: z.string(),
  kind_name: wording,
  /** What it is about, such as `retail 1.3.0`. */
  subject: z.string(),
  state: proposalState,
  reason: z.string(),
  maker: person,
  proposed_at: instant,
  expires_at: instant,
  decider: person.nullable(),
  decided_at: instant.nullable(),
  decision_reason: z.string().nullable(),
  /** What the reader may do now; the server checks again. */
  may: z.object({ approve: z.boolean(), reject: z.boolean(), withdraw: z.boolean() }),
});
export type ProposalSummary = z.infer<typeof proposalSummary>;
/** `before` is null for something new; both are what the owning module put there, text or structure, to be shown side by side. */
export const proposal = proposalSummary.extend({ before: z.unknown(), after: z.unknown() });
export type ProposalPage = z.infer<typeof proposal>;

export const proposalQuery = z.object({
  state: proposalState.optional(),
  kind: z.string().max(60).optional(),
  mine: z.stringbool().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
});
export const proposalList = z.object({ items: z.array(proposalSummary), total: z.int(), total_is_estimate: z.boolean(), as_of: instant });

export const approveBody = z.object({ reason: z.string().trim().max(500).default('') });
/** Who rejects or withdraws says why. */
export const rejectBody = z.object({ reason: z.string().trim().min(4).max(500) });

/** In the order in which they are looked for. */
export const refusals = {
  proposal_unknown: { status: 404, zh: '没有这项变更', en: 'There is no such proposal' },
  not_permitted: { status: 403, zh: '您没有复核这类变更的权限', en: 'You may not decide proposals of this kind' },
  not_maker: { status: 403, zh: '只有提出人可以撤回', en: 'Only the maker may withdraw a proposal' },
  own_proposal: { status: 403, zh: '不能复核自己提出的变更', en: 'Nobody decides their own proposal' },
  already_decided: { status: 409, zh: '该变更已有结论', en: 'The proposal has been decided' },
  expired: { status: 409, zh: '该变更已过期，请重新提出', en: 'The proposal has expired; propose it again' },
  subject_changed: { status: 409, zh: '对象在提出之后已有变化，请重新提出', en: 'The subject has changed since; propose it again' },
  subject_pending: { status: 409, zh: '同一对象已有待复核的变更', en: 'A proposal for the same subject is waiting already' },
} as const;
export type RefusalCode = keyof typeof refusals;

export const permissions = { read: 'change.read', approve: 'change.approve' } as const;

export const addresses = {
  list: '/api/v1/changes',
  one: '/api/v1/changes/:id',
  approve: '/api/v1/changes/:id/approve',
  reject: '/api/v1/changes/:id/reject',
  withdraw: '/api/v1/changes/:id/withdraw',
} as const;
