import { isDeepStrictEqual } from 'node:util';
import { record } from '#platform/audit/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Database, Session, Tx } from '#platform/postgres/index.ts';
import { permissions, refusals } from './contract.ts';
import type { ProposalPage, ProposalState, ProposalSummary } from './contract.ts';
import type { ChangeKind, Proposal } from './kind.ts';
import { openDays, refusalOf, transitions } from './lifecycle.ts';
import type { Act, Standing } from './lifecycle.ts';
import { closeProposal, findProposal, insertProposal, listProposals, proposalOf } from './store.ts';
import type { ProposalRow } from './store.ts';

export type { ChangeKind, Proposal } from './kind.ts';

export type Change = ReturnType<typeof createChange>;

/** Four-eyes: what one person proposes takes effect only when another approves it. */
export function createChange({ db, clock }: { db: Database; clock: Clock }) {
  const kinds = new Map<string, ChangeKind>();
  const kindOf = (name: string): ChangeKind => {
    const found = kinds.get(name);
    if (!found) throw new Error(`change kind ${name} is not registered`);
    return found;
  };

  /** Open proposals past their day become expired before anybody looks at them. */
  const expireOld = (tx: Tx, entityId: string): Promise<unknown> =>
    tx.query(
      `update change.proposal set state = 'expired', decided_at = expires_at where entity_id = $1 and state = 'proposed' and expires_at <= $2`,
      [entityId, clock.now().toString()],
    );

  /** Answers the row as it is after the act. Refuses in the order of `refusals`. */
  const decide = async (act: Act, caller: Caller, proposalId: string, reason: string, requestId?: string): Promise<ProposalSummary> => {
    const { summary, row } = await decided(act, caller, proposalId, reason, requestId);
    if (act === 'approve') kindOf(row.kind).applied?.(proposalOf(row));
    return summary;
  };
  const decided = (act: Act, caller: Caller, proposalId: string, reason: string, requestId?: string) =>
    withOwner(db, async (tx) => {
      const { session } = caller;
      const row = await findProposal(tx, session.entityId, proposalId, true);
      if (!row || (act === 'withdraw' && row.maker_id !== session.actorId && !mayRead(caller))) throw refuse(refusals, 'proposal_unknown');
      const kind = kindOf(row.kind);
      const who = { actorId: session.actorId, isPermitted: caller.permissions.has(kind.permission) };
      const refusal = refusalOf(act, standingOf(row), who, clock.now());
      if (refusal) throw refuse(refusals, refusal);
      if (act === 'approve') await applyOnce(tx, kind, proposalOf(row), session);
      const state = transitions[act].to;
      await closeProposal(tx, proposalId, { state, deciderId: session.actorId, at: clock.now(), reason: reason || null });
      await record(tx, {
        entityId: session.entityId,
        actorId: session.actorId,
        action: `change.${act}`,
        subjectKind: row.kind,
        subjectId: proposalId,
        reason: reason || undefined,
        detail: { subject: row.subject },
        requestId,
      });
      const after = await findProposal(tx, session.entityId, proposalId);
      return { row, summary: summaryOf(after ?? row, kind, caller, clock.now()) };
    });

  return {
    /** At wiring time, once a kind. */
    register(kind: ChangeKind): void {
      if (kinds.has(kind.kind)) throw new Error(`change kind ${kind.kind} is registered twice`);
      kinds.set(kind.kind, kind);
    },

    /** Inside the maker's transaction. Refuses: whatever the kind's `validate` refuses, subject_pending. Answers the proposal's id. */
    async propose(
      tx: Tx,
      session: Session,
      next: { kind: string; subject: string; before: unknown; after: unknown; reason: string; requestId?: string },
    ): Promise<string> {
      const makerId = session.actorId;
      const { kind, subject, before, after, reason } = next;
      await kindOf(kind).validate(tx, { proposalId: '', entityId: session.entityId, kind, subject, before, after, reason, makerId });
      const now = clock.now();
      const proposalId = await insertProposal(tx, {
        entityId: session.entityId,
        kind,
        subject,
        before,
        after,
        reason,
        makerId,
        proposedAt: now,
        expiresAt: now.add({ hours: 24 * openDays }),
      });
      if (!proposalId) throw refuse(refusals, 'subject_pending', { zh: subject, en: subject });
      await record(tx, {
        entityId: session.entityId,
        actorId: makerId,
        action: 'change.propose',
        subjectKind: kind,
        subjectId: proposalId,
        reason,
        detail: { subject },
        requestId: next.requestId,
      });
      return proposalId;
    },

    async list(
      caller: Caller,
      filter: { state?: ProposalState | undefined; kind?: string | undefined; mine?: boolean | undefined; limit: number; offset: number },
    ): Promise<{ items: ProposalSummary[]; total: number; as_of: string }> {
      const { session } = caller;
      await withOwner(db, (tx) => expireOld(tx, session.entityId));
      // Who may not read everybody's proposals reads their own.
      const makerId = filter.mine || !mayRead(caller) ? session.actorId : undefined;
      const { rows, total } = await withSession(db, session, (tx) => listProposals(tx, session.entityId, { ...filter, makerId }));
      const now = clock.now();
      return { total, items: rows.map((row) => summaryOf(row, kindOf(row.kind), caller, now)), as_of: now.round('millisecond').toString() };
    },

    /** Refuses: proposal_unknown. */
    async one(caller: Caller, proposalId: string): Promise<ProposalPage> {
      const { session } = caller;
      await withOwner(db, (tx) => expireOld(tx, session.entityId));
      const row = await withSession(db, session, (tx) => findProposal(tx, session.entityId, proposalId));
      if (!row || (row.maker_id !== session.actorId && !mayRead(caller))) throw refuse(refusals, 'proposal_unknown');
      const kind = kindOf(row.kind);
      const mayDecide = row.state === 'proposed' && row.maker_id !== session.actorId && caller.permissions.has(kind.permission);
      const after = kind.shown === undefined ? row.after : kind.shown(row.after, mayDecide);
      return { ...summaryOf(row, kind, caller, clock.now()), before: row.before, after };
    },

    /** Refuses: proposal_unknown, not_permitted, own_proposal, already_decided, expired, subject_changed, and what the kind refuses. */
    approve: (caller: Caller, proposalId: string, reason: string, requestId?: string) =>
      decide('approve', caller, proposalId, reason, requestId),
    /** Refuses: proposal_unknown, not_permitted, own_proposal, already_decided, expired. */
    reject: (caller: Caller, proposalId: string, reason: string, requestId?: string) =>
      decide('reject', caller, proposalId, reason, requestId),
    /** Refuses: proposal_unknown, not_maker, already_decided, expired. */
    withdraw: (caller: Caller, proposalId: string, reason: string, requestId?: string) =>
      decide('withdraw', caller, proposalId, reason, requestId),
  };
}

const mayRead = (caller: Caller): boolean => caller.permissions.has(permissions.read);

async function applyOnce(tx: Tx, kind: ChangeKind, proposal: Proposal, decider: Session): Promise<void> {
  if (kind.present) {
    const present = (await kind.present(tx, proposal)) ?? null;
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(present)), proposal.before)) throw refuse(refusals, 'subject_changed');
  }
  await kind.validate(tx, proposal);
  await kind.apply(tx, proposal, decider);
}

const standingOf = (row: ProposalRow): Standing => ({
  state: row.state,
  makerId: row.maker_id,
  expiresAt: Temporal.Instant.from(row.expires_at),
});

function summaryOf(row: ProposalRow, kind: ChangeKind, caller: Caller, now: Temporal.Instant): ProposalSummary {
  const who = { actorId: caller.session.actorId, isPermitted: caller.permissions.has(kind.permission) };
  const may = (act: Act): boolean => refusalOf(act, standingOf(row), who, now) === null;
  return {
    proposal_id: row.proposal_id,
    kind: row.kind,
    kind_name: kind.name,
    subject: row.subject,
    state: row.state,
    reason: row.reason,
    maker: { staff_id: row.maker_id, name: row.maker_name },
    proposed_at: row.proposed_at,
    expires_at: row.expires_at,
    decider: row.decider_id ? { staff_id: row.decider_id, name: row.decider_name ?? row.decider_id } : null,
    decided_at: row.decided_at,
    decision_reason: row.decision_reason,
    may: { approve: may('approve'), reject: may('reject'), withdraw: may('withdraw') },
  };
}
