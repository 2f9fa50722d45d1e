/** A list as it would be granted today, kept so that it can be shown, compared and approved as it was seen. */
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { mustCover, markUnder } from '../limits/determine.ts';
import { settleTaken } from '../limits/settle.ts';
import { openProject } from '../projects/open-project.ts';
import type { Project } from '../projects/open-project.ts';
import type { GrantDeps } from './deps.ts';
import { grantRefusals } from './contract.ts';
import { hashOfLines, listSql } from './list-sql.ts';

export interface BatchRow {
  batch_id: bigint;
  project_id: bigint;
  entity_id: string;
  grid_code: string;
  valid_from: string;
  valid_to: string;
  list_hash: string;
  people: number;
  total_fen: bigint;
  left_out: number;
  state: 'preview' | 'proposed' | 'granting' | 'granted' | 'rejected' | 'dropped';
  made_by: string;
  approved_by: string | null;
}

/** The values of `listSql`, in order. */
export async function listValues(deps: GrantDeps, tx: Tx, project: Project, batchId: bigint): Promise<unknown[]> {
  const today = deps.clock.today();
  const { name, terms } = await deps.products.resolve(tx, project.entity_id, project.product, today);
  return [
    project.project_id,
    project.entity_id,
    today.toString(),
    name.zh,
    terms.strategy,
    terms.price_floor_ppm,
    terms.price_cap_ppm,
    batchId,
  ];
}

/** Limits are worked out anew first: the list is of today. Refuses: project_unknown, project_not_open, grid_outside, not_open. */
export async function previewBatch(deps: GrantDeps, session: Session, projectId: bigint, gridCode: string): Promise<bigint> {
  const validFrom = await deps.servicing.businessDate(session.entityId);
  await withOwner(deps.db, async (tx) => {
    await openProject(tx, session.entityId, projectId);
    mustCover(session, gridCode);
    await markUnder(tx, projectId, gridCode);
  });
  await settleTaken(deps, session.entityId, projectId);
  return withOwner(deps.db, async (tx) => {
    const project = await openProject(tx, session.entityId, projectId);
    const from = Temporal.PlainDate.from(validFrom ?? deps.clock.today().toString());
    const to = from.add({ months: project.rules.settings.grant.months });
    const [batch] = await tx.query<{ batch_id: bigint }>(
      `insert into village.batch (project_id, entity_id, grid_code, valid_from, valid_to, list_hash, people, total_fen, left_out, made_by, made_at)
       values ($1, $2, $3, $4, $5, '', 0, 0, 0, $6, $7) returning batch_id`,
      [projectId, session.entityId, gridCode, from.toString(), to.toString(), session.actorId, deps.clock.now().toString()],
    );
    if (!batch) throw new Error('no batch was made');
    const values = await listValues(deps, tx, project, batch.batch_id);
    await tx.query(
      `insert into village.batch_line (batch_id, person_id, project_id, household_id, entity_id, grid_code, name, limit_fen, rate_ppm, before_fen, state, reasons)
       select $8, person_id, $1, household_id, $2, grid_code, name, limit_fen, rate_ppm, before_fen,
         case when reasons = '{}' then 'waiting' else 'left_out' end, reasons
       from (${listSql(`left(m.grid_code, ${gridCode.length}) = $9`)}) list`,
      [...values, gridCode],
    );
    await tx.query(
      `update village.batch b set list_hash = (select ${hashOfLines('village.batch_line where batch_id = $1')}), people = s.people, total_fen = s.fen,
         left_out = s.left_out
       from (select count(*) filter (where state = 'waiting') as people, coalesce(sum(limit_fen) filter (where state = 'waiting'), 0) as fen,
         count(*) filter (where state = 'left_out') as left_out from village.batch_line where batch_id = $1) s
       where b.batch_id = $1`,
      [batch.batch_id],
    );
    return batch.batch_id;
  });
}

/** The batch, locked, when the session may see it. Refuses: batch_unknown. */
export async function lockBatch(tx: Tx, session: Session, batchId: bigint): Promise<BatchRow> {
  const [batch] = await tx.query<BatchRow>('select * from village.batch where entity_id = $1 and batch_id = $2 for no key update', [
    session.entityId,
    batchId,
  ]);
  if (!batch || !session.scopes.some((scope) => batch.grid_code.startsWith(scope))) throw refuse(grantRefusals, 'batch_unknown');
  return batch;
}

/** What was seen is what is approved. Refuses: project_not_open, nobody_to_grant, list_moved. */
export async function mustStandAsSeen(deps: GrantDeps, tx: Tx, batch: BatchRow): Promise<void> {
  const project = await openProject(tx, batch.entity_id, batch.project_id);
  if (batch.people === 0) throw refuse(grantRefusals, 'nobody_to_grant');
  const values = await listValues(deps, tx, project, batch.batch_id);
  const list = `(${listSql(`left(m.grid_code, ${batch.grid_code.length}) = $9`)}) list`;
  const [now] = await tx.query<{ encode: string }>(`select ${hashOfLines(list)}`, [...values, batch.grid_code]);
  if (now?.encode !== batch.list_hash) throw refuse(grantRefusals, 'list_moved');
}
