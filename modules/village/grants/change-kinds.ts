/** What about batches a second person decides: that a list is granted, and that one of its grants is taken back. */
import type { ChangeKind, Proposal } from '#modules/change/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refreshStages } from '../progress/stages.ts';
import { grantRefusals } from './contract.ts';
import { askToGrant } from './deps.ts';
import type { GrantDeps } from './deps.ts';
import { lockBatch, mustStandAsSeen } from './preview.ts';

export const batchKind = 'village.batch';
export const reversalKind = 'village.reversal';
const permission = 'village.approve';

/** The change itself is made for the whole entity, whoever decides. */
const wholeEntity = (entityId: string, actorId: string): Session => ({ entityId, actorId, roles: [], scopes: [''] });

/** `B12` → 12n, `B12 P…` → 12n. */
const batchOf = (proposal: Proposal): bigint => BigInt(proposal.subject.slice(1).split(' ', 1)[0] ?? '');
const personOf = (proposal: Proposal): string => proposal.subject.split(' ')[1] ?? '';

export function batchChange(deps: GrantDeps): ChangeKind {
  return {
    kind: batchKind,
    name: { zh: '批量授信', en: 'Batch grant' },
    permission,
    /** Refuses: batch_unknown, batch_wrong_state, project_not_open, nobody_to_grant, list_moved. */
    async validate(tx, proposal) {
      const batch = await lockBatch(tx, wholeEntity(proposal.entityId, proposal.makerId), batchOf(proposal));
      if (batch.state !== (proposal.proposalId === '' ? 'preview' : 'proposed')) throw refuse(grantRefusals, 'batch_wrong_state');
      await mustStandAsSeen(deps, tx, batch);
    },
    async apply(tx, proposal, decider) {
      const batchId = batchOf(proposal);
      await tx.query(`update village.batch set state = 'granting', approved_by = $2 where batch_id = $1`, [batchId, decider.actorId]);
      await askToGrant(deps, tx, proposal.entityId, batchId);
    },
  };
}

/** What is taken back, as the second person sees it. */
export async function reversalSides(tx: Tx, batchId: bigint, personId: string) {
  const { limit_fen } = await lockLine(tx, batchId, personId);
  return { before: { state: 'granted', limit_fen: String(limit_fen) }, after: { state: 'reversed', limit_fen: '0' } };
}

interface Line {
  state: string;
  household_id: string;
  grid_code: string;
  project_id: bigint;
  limit_fen: bigint;
  facility_id: bigint | null;
  facility_state: string | null;
}

async function lockLine(tx: Tx, batchId: bigint, personId: string): Promise<Line & { facility_id: bigint }> {
  const [line] = await tx.query<Line>(
    `select l.state, l.household_id, l.grid_code, l.project_id, l.limit_fen, l.facility_id, f.state as facility_state
     from village.batch_line l left join servicing.facility f using (facility_id)
     where l.batch_id = $1 and l.person_id = $2 for no key update of l`,
    [batchId, personId],
  );
  if (!line) throw refuse(grantRefusals, 'line_unknown');
  if (line.state !== 'granted' || line.facility_id === null) throw refuse(grantRefusals, 'line_not_granted');
  if (line.facility_state !== 'granted') throw refuse(grantRefusals, 'line_signed');
  return { ...line, facility_id: line.facility_id };
}

export function reversalChange(deps: GrantDeps): ChangeKind {
  return {
    kind: reversalKind,
    name: { zh: '收回一笔批量授信', en: 'Take a granted limit back' },
    permission,
    /** Refuses: batch_unknown, line_unknown, line_not_granted, line_signed. */
    async validate(tx, proposal) {
      await lockBatch(tx, wholeEntity(proposal.entityId, proposal.makerId), batchOf(proposal));
      await lockLine(tx, batchOf(proposal), personOf(proposal));
    },
    async apply(tx, proposal, decider) {
      const [batchId, personId] = [batchOf(proposal), personOf(proposal)];
      const line = await lockLine(tx, batchId, personId);
      const session = wholeEntity(proposal.entityId, decider.actorId);
      await deps.servicing.withdrawGrant(tx, session, line.facility_id, proposal.reason);
      await tx.query(`update village.batch_line set state = 'reversed' where batch_id = $1 and person_id = $2`, [batchId, personId]);
      await tx.query(
        `insert into village.line_reversal (batch_id, person_id, entity_id, grid_code, facility_id, limit_fen, reason, asked_by, approved_by, reversed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          batchId,
          personId,
          proposal.entityId,
          line.grid_code,
          line.facility_id,
          line.limit_fen,
          proposal.reason,
          proposal.makerId,
          decider.actorId,
          deps.clock.now().toString(),
        ],
      );
      await refreshStages(tx, line.project_id, [line.household_id], deps.clock.today().toString(), 'grant');
    },
  };
}
