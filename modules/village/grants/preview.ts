/** A list as it would be granted today, kept so that it can be shown, compared and approved as it was seen. */
import { record } from '#platform/audit/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { mustCover, markUnder } from '../limits/determine.ts';
import { countDue, settleTaken } from '../limits/settle.ts';
import { openProject } from '../projects/open-project.ts';
import type { Project } from '../projects/open-project.ts';
import { prepareKeyOf, prepareTask } from './deps.ts';
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
  state: 'preparing' | 'preview' | 'proposed' | 'granting' | 'granted' | 'rejected' | 'dropped';
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

interface Payload {
  batchId: string;
}

export function registerPreparing(deps: GrantDeps): void {
  deps.jobs?.register<Payload>(prepareTask, ({ entityId, payload, report }) =>
    prepareBatch(deps, entityId, BigInt(payload.batchId), (progress) => report({ ...progress })),
  );
}

/**
 * Begins a batch, whose list is made in the background where there are jobs. Limits under the node are worked out anew for it: the list is of today.
 * Refuses: project_unknown, project_not_open, grid_outside, not_open.
 */
export async function beginBatch(deps: GrantDeps, session: Session, projectId: bigint, gridCode: string): Promise<bigint> {
  const businessDate = await deps.servicing.businessDate(session.entityId);
  const batchId = await withOwner(deps.db, async (tx) => {
    const project = await openProject(tx, session.entityId, projectId);
    mustCover(session, gridCode);
    await markUnder(tx, projectId, gridCode);
    const from = Temporal.PlainDate.from(businessDate ?? deps.clock.today().toString());
    const to = from.add({ months: project.rules.settings.grant.months });
    const [batch] = await tx.query<{ batch_id: bigint }>(
      `insert into village.batch (project_id, entity_id, grid_code, valid_from, valid_to, list_hash, people, total_fen, left_out, made_by, made_at)
       values ($1, $2, $3, $4, $5, '', 0, 0, 0, $6, $7) returning batch_id`,
      [projectId, session.entityId, gridCode, from.toString(), to.toString(), session.actorId, deps.clock.now().toString()],
    );
    if (!batch) throw new Error('no batch was made');
    await askToPrepare(deps, tx, session.entityId, batch.batch_id);
    return batch.batch_id;
  });
  if (!deps.jobs) await prepareBatch(deps, session.entityId, batchId);
  return batchId;
}

export async function askToPrepare({ jobs }: GrantDeps, tx: Tx, entityId: string, batchId: bigint): Promise<void> {
  const payload: Payload = { batchId: String(batchId) };
  await jobs?.enqueue(tx, { task: prepareTask, jobKey: prepareKeyOf(batchId), entityId, payload });
}

export interface Preparing {
  /** People whose limit was worked out, of those who waited. */
  readonly settled: number;
  readonly people: number;
}

/** Cut off it goes on with who still waits; a batch that was dropped meanwhile, or whose list is made, is left alone. */
export async function prepareBatch(
  deps: GrantDeps,
  entityId: string,
  batchId: bigint,
  report: (progress: Preparing) => Promise<void> = async () => undefined,
): Promise<void> {
  const { projectId, people } = await withOwner(deps.db, async (tx) => {
    const batch = await readBatch(tx, entityId, batchId);
    return { projectId: batch.project_id, people: await countDue(tx, batch.project_id) };
  });
  await settleTaken(deps, entityId, projectId, (settled) => report({ settled, people: Math.max(people, settled) }));
  await withOwner(deps.db, (tx) => fillBatch(deps, tx, entityId, batchId));
}

async function fillBatch(deps: GrantDeps, tx: Tx, entityId: string, batchId: bigint): Promise<void> {
  const batch = await readBatch(tx, entityId, batchId, 'for no key update');
  if (batch.state !== 'preparing') return;
  const project = await openProject(tx, entityId, batch.project_id);
  const values = await listValues(deps, tx, project, batchId);
  // Sorted first: the list looks for earlier lines of each person, and read while it is written it would pass over its own, again for each of them.
  await tx.query(
    `insert into village.batch_line (batch_id, person_id, project_id, household_id, entity_id, grid_code, name, limit_fen, rate_ppm, before_fen, state, reasons)
     select $8, person_id, $1, household_id, $2, grid_code, name, limit_fen, rate_ppm, before_fen,
       case when reasons = '{}' then 'waiting' else 'left_out' end, reasons
     from (${listSql(`left(m.grid_code, ${batch.grid_code.length}) = $9`)} order by m.person_id offset 0) list`,
    [...values, batch.grid_code],
  );
  const [made] = await tx.query<{ people: number; total_fen: bigint }>(
    `update village.batch b set state = 'preview', list_hash = (select ${hashOfLines('village.batch_line where batch_id = $1')}), people = s.people,
       total_fen = s.fen, left_out = s.left_out
     from (select count(*) filter (where state = 'waiting') as people, coalesce(sum(limit_fen) filter (where state = 'waiting'), 0) as fen,
       count(*) filter (where state = 'left_out') as left_out from village.batch_line where batch_id = $1) s
     where b.batch_id = $1 returning b.people, b.total_fen`,
    [batchId],
  );
  await record(tx, {
    entityId,
    actorId: batch.made_by,
    action: 'village.batch_prepared',
    subjectKind: 'village_batch',
    subjectId: `B${batchId}`,
    detail: { people: made?.people ?? 0, total_fen: String(made?.total_fen ?? 0n) },
  });
}

/** As owner, whoever asks. Refuses: batch_unknown. */
export async function readBatch(tx: Tx, entityId: string, batchId: bigint, lock: '' | 'for no key update' = ''): Promise<BatchRow> {
  const [batch] = await tx.query<BatchRow>(`select * from village.batch where entity_id = $1 and batch_id = $2 ${lock}`, [
    entityId,
    batchId,
  ]);
  if (!batch) throw refuse(grantRefusals, 'batch_unknown');
  return batch;
}

/** The batch, locked, when the session may see it. Refuses: batch_unknown. */
export async function lockBatch(tx: Tx, session: Session, batchId: bigint): Promise<BatchRow> {
  const batch = await readBatch(tx, session.entityId, batchId, 'for no key update');
  if (!session.scopes.some((scope) => batch.grid_code.startsWith(scope))) throw refuse(grantRefusals, 'batch_unknown');
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
