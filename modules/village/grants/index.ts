import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { settleTaken } from '../limits/settle.ts';
import { readProject } from '../projects/open-project.ts';
import type { VillageDeps } from '../deps.ts';
import { batchChange, batchKind, reversalChange, reversalKind, reversalSides } from './change-kinds.ts';
import { grantRefusals } from './contract.ts';
import type { Batch, BatchPage, LineList, LineQuery } from './contract.ts';
import { askToGrant, grantTask, jobKeyOf, prepareKeyOf } from './deps.ts';
import { grantBatch } from './grant.ts';
import type { GrantProgress } from './grant.ts';
import { notifyBatch } from './notify.ts';
import { askToPrepare, beginBatch, lockBatch, prepareBatch, registerPreparing } from './preview.ts';
import { listBatches, listLines, readBatchPage, workOf } from './views.ts';

export type Grants = ReturnType<typeof createGrants>;

export function createGrants(deps: VillageDeps) {
  const { db, change, jobs } = deps;
  change.register(batchChange(deps));
  change.register(reversalChange(deps));
  const run = async (entityId: string, batchId: bigint, report?: (progress: GrantProgress) => Promise<void>): Promise<GrantProgress> => {
    const progress = await grantBatch(deps, entityId, batchId, report);
    await notifyBatch(deps, entityId, batchId);
    return progress;
  };
  jobs?.register<{ batchId: string }>(grantTask, async ({ entityId, payload, report }) => {
    await run(entityId, BigInt(payload.batchId), (progress) => report({ ...progress }));
  });
  registerPreparing(deps);
  const one = async (session: Session, batchId: bigint): Promise<BatchPage> => {
    const page = await withSession(db, session, (tx) => readBatchPage(tx, batchId));
    const jobKey = page.state === 'preparing' ? prepareKeyOf(batchId) : jobKeyOf(batchId);
    return { ...page, work: workOf((await jobs?.progress(session.entityId, jobKey)) ?? null) };
  };
  const about = (requestId: string | undefined) => (requestId === undefined ? {} : { requestId });

  return {
    /** Refuses: project_unknown. */
    list: (session: Session, projectId: bigint): Promise<Batch[]> =>
      withSession(db, session, async (tx) => {
        await readProject(tx, session.entityId, projectId);
        return listBatches(tx, projectId);
      }),
    /** Refuses: batch_unknown. */
    one,
    /** Refuses: batch_unknown, cursor_invalid. */
    lines: (session: Session, batchId: bigint, query: LineQuery): Promise<LineList> =>
      withSession(db, session, (tx) => listLines(tx, batchId, query)),
    /** A batch whose list is being made, or made at once where nobody takes jobs. Refuses: project_unknown, project_not_open, grid_outside, not_open. */
    preview: async (session: Session, projectId: bigint, gridCode: string): Promise<BatchPage> =>
      one(session, await beginBatch(deps, session, projectId, gridCode)),
    /** Refuses: batch_unknown, batch_wrong_state, project_not_open, nobody_to_grant, list_moved, subject_pending. */
    async propose(session: Session, batchId: bigint, reason: string, requestId?: string): Promise<string> {
      const { project_id, state } = await withOwner(db, (tx) => lockBatch(tx, session, batchId));
      // Before anything is worked out: while a list is being made, thousands wait for it.
      if (state !== 'preview') throw refuse(grantRefusals, 'batch_wrong_state');
      await settleTaken(deps, session.entityId, project_id);
      return withOwner(db, async (tx) => {
        const batch = await lockBatch(tx, session, batchId);
        const after = { list_hash: batch.list_hash, people: batch.people, total_fen: String(batch.total_fen) };
        const proposal = { kind: batchKind, subject: `B${batchId}`, before: null, after, reason, ...about(requestId) };
        const proposalId = await change.propose(tx, session, proposal);
        await tx.query(`update village.batch set state = 'proposed', proposal_id = $2 where batch_id = $1`, [batchId, proposalId.slice(1)]);
        return proposalId;
      });
    },
    /** A list that nobody proposes, whether it is made or not. Refuses: batch_unknown, batch_wrong_state. */
    drop: (session: Session, batchId: bigint): Promise<void> =>
      withOwner(db, async (tx) => {
        const batch = await lockBatch(tx, session, batchId);
        if (batch.state !== 'preparing' && batch.state !== 'preview') throw refuse(grantRefusals, 'batch_wrong_state');
        await tx.query(`update village.batch set state = 'dropped' where batch_id = $1`, [batchId]);
      }),
    /** Asks that work goes on that broke off: a list in the making, lines that wait, notices that were not taken. Refuses: batch_unknown, not_approved. */
    async resume(session: Session, batchId: bigint): Promise<void> {
      const state = await withOwner(db, async (tx) => {
        const batch = await lockBatch(tx, session, batchId);
        if (batch.state === 'preparing') await askToPrepare(deps, tx, session.entityId, batchId);
        else if (batch.state === 'granting' || batch.state === 'granted') await askToGrant(deps, tx, session.entityId, batchId);
        else throw refuse(grantRefusals, 'not_approved');
        return batch.state;
      });
      if (jobs) return;
      if (state === 'preparing') await prepareBatch(deps, session.entityId, batchId);
      else await run(session.entityId, batchId);
    },
    /** Refuses: batch_unknown, line_unknown, line_not_granted, line_signed, subject_pending. */
    proposeReversal: (session: Session, batchId: bigint, personId: string, reason: string, requestId?: string): Promise<string> =>
      withOwner(db, async (tx) => {
        await lockBatch(tx, session, batchId);
        const what = { kind: reversalKind, subject: `B${batchId} ${personId}`, ...(await reversalSides(tx, batchId, personId)), reason };
        return change.propose(tx, session, { ...what, ...about(requestId) });
      }),
    /** Granting alone, without the notices. Refuses: batch_unknown, not_approved. */
    grant: (entityId: string, batchId: bigint): Promise<GrantProgress> => grantBatch(deps, entityId, batchId),
    /** The work of an approved batch, as the queue does it. Refuses: batch_unknown, not_approved. */
    run,
  };
}
