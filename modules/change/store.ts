import type { Tx } from '#platform/postgres/index.ts';
import type { ProposalState } from './contract.ts';
import type { Proposal } from './kind.ts';

export interface ProposalRow {
  proposal_id: string;
  entity_id: string;
  kind: string;
  subject: string;
  before: unknown;
  after: unknown;
  reason: string;
  maker_id: string;
  maker_name: string;
  proposed_at: string;
  expires_at: string;
  state: ProposalState;
  decider_id: string | null;
  decider_name: string | null;
  decided_at: string | null;
  decision_reason: string | null;
}

const columns = `p.proposal_id, p.entity_id, p.kind, p.subject, p.before, p.after, p.reason, p.maker_id, p.proposed_at, p.expires_at, p.state, p.decider_id,
  p.decided_at, p.decision_reason, coalesce(maker.name, p.maker_id) as maker_name, coalesce(decider.name, p.decider_id) as decider_name`;
const tables = `change.proposal p
  left join organization.staff maker on maker.entity_id = p.entity_id and maker.staff_id = p.maker_id
  left join organization.staff decider on decider.entity_id = p.entity_id and decider.staff_id = p.decider_id`;

export async function findProposal(tx: Tx, entityId: string, proposalId: string, lock = false): Promise<ProposalRow | null> {
  const [row] = await tx.query<ProposalRow>(
    `select ${columns} from ${tables} where p.entity_id = $1 and p.proposal_id = $2 ${lock ? 'for update of p' : ''}`,
    [entityId, proposalId],
  );
  return row ?? null;
}

export interface ProposalFilter {
  state?: ProposalState | undefined;
  kind?: string | undefined;
  makerId?: string | undefined;
  limit: number;
  offset: number;
}

export async function listProposals(tx: Tx, entityId: string, filter: ProposalFilter): Promise<{ rows: ProposalRow[]; total: number }> {
  const where =
    'p.entity_id = $1 and ($2::text is null or p.state = $2) and ($3::text is null or p.kind = $3) and ($4::text is null or p.maker_id = $4)';
  const values = [entityId, filter.state ?? null, filter.kind ?? null, filter.makerId ?? null];
  const [count] = await tx.query<{ total: number }>(`select count(*)::int as total from change.proposal p where ${where}`, values);
  const rows = await tx.query<ProposalRow>(
    `select ${columns} from ${tables} where ${where} order by p.proposed_at desc, p.proposal_id desc limit $5 offset $6`,
    [...values, filter.limit, filter.offset],
  );
  return { rows, total: count?.total ?? 0 };
}

export interface NewProposal {
  entityId: string;
  kind: string;
  subject: string;
  before: unknown;
  after: unknown;
  reason: string;
  makerId: string;
  proposedAt: Temporal.Instant;
  expiresAt: Temporal.Instant;
}

/** Null when another proposal for the same subject is open. */
export async function insertProposal(tx: Tx, next: NewProposal): Promise<string | null> {
  const [row] = await tx.query<{ proposal_id: string }>(
    `insert into change.proposal (entity_id, kind, subject, before, after, reason, maker_id, proposed_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (entity_id, kind, subject) where state = 'proposed' do nothing
     returning proposal_id`,
    [
      next.entityId,
      next.kind,
      next.subject,
      next.before === null || next.before === undefined ? null : JSON.stringify(next.before),
      JSON.stringify(next.after),
      next.reason,
      next.makerId,
      next.proposedAt.toString(),
      next.expiresAt.toString(),
    ],
  );
  return row?.proposal_id ?? null;
}

/** `deciderId` null: it expired by itself. */
export async function closeProposal(
  tx: Tx,
  proposalId: string,
  outcome: { state: ProposalState; deciderId: string | null; at: Temporal.Instant; reason: string | null },
): Promise<void> {
  await tx.query('update change.proposal set state = $2, decider_id = $3, decided_at = $4, decision_reason = $5 where proposal_id = $1', [
    proposalId,
    outcome.state,
    outcome.deciderId,
    outcome.at.toString(),
    outcome.reason,
  ]);
}

export const proposalOf = (row: ProposalRow): Proposal => ({
  proposalId: row.proposal_id,
  entityId: row.entity_id,
  kind: row.kind,
  subject: row.subject,
  before: row.before,
  after: row.after,
  reason: row.reason,
  makerId: row.maker_id,
});
