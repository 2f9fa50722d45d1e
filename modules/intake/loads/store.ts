import type { Tx } from '#platform/postgres/index.ts';
import type { IdentityFigures } from '../identity/resolve.ts';
import type { FileNote, FileRefusalCode } from '../reasons.ts';

/** SQL of loads, their files and results. All of it runs as the owner: loads work for every legal entity at once. */

export interface FileRow {
  file: string;
  entity_id: string;
  source: string | null;
  file_date: string | null;
  mode: string | null;
  state: 'ready' | 'published' | 'unchanged' | 'refused';
  bytes: number;
  md5: string | null;
  rows_in: number;
  published: number;
  merged: number;
  quarantined: number;
  refusal: FileRefusalCode | null;
  detail: string | null;
  note: FileNote | null;
}

export interface ProgressState {
  stage: 'files' | 'resolve' | 'publish' | 'done';
  files_done: number;
  files_total: number;
  rows_done: number;
  bytes_done: number;
  bytes_total: number;
}

export async function insertLoad(
  tx: Tx,
  load: {
    directory: string;
    kind: 'folder' | 'reload';
    state: string;
    startedBy: string | null;
    entities: readonly string[];
    now: string;
    progress: ProgressState;
  },
): Promise<number> {
  const [row] = await tx.query<{ load_no: bigint }>(
    `insert into intake.load (directory, kind, state, started_by, entities, started_at, progress) values ($1, $2, $3, $4, $5, $6, $7) returning load_no`,
    [load.directory, load.kind, load.state, load.startedBy, load.entities, load.now, JSON.stringify(load.progress)],
  );
  if (!row) throw new Error('intake.load gave no number');
  return Number(row.load_no);
}

/** One try at a load. Only the last one begun may write: an earlier one may still be at work somewhere, cut off from the database for a while. */
export interface Try {
  loadNo: number;
  attempt: number;
}

/** Null when the load has ended already. A new try begins with an empty report. */
export async function beginTry(tx: Tx, loadNo: number, now: string, triesLeft: number): Promise<Try | null> {
  const [row] = await tx.query<{ attempt: number }>(
    `update intake.load set state = 'running', started_at = $2, attempt = attempt + 1, tries_left = $3, finished_at = null, message_zh = null, message_en = null
     where load_no = $1 and state in ('waiting', 'running') returning attempt`,
    [loadNo, now, triesLeft],
  );
  if (!row) return null;
  if (row.attempt > 1) await tx.query('delete from intake.file where load_no = $1', [loadNo]);
  return { loadNo, attempt: row.attempt };
}

export async function updateProgress(tx: Tx, { loadNo, attempt }: Try, progress: ProgressState): Promise<void> {
  await tx.query('update intake.load set progress = $3 where load_no = $1 and attempt = $2', [loadNo, attempt, JSON.stringify(progress)]);
}

export interface LoadEnd {
  state: 'published' | 'unchanged';
  asOf: string | null;
  now: string;
  /** Legal entities that see the load. */
  entities: readonly string[];
}

/** In the transaction of what the load publishes: a try that is not the last one must not publish either. */
export async function closeLoad(tx: Tx, { loadNo, attempt }: Try, end: LoadEnd): Promise<void> {
  const closed = await tx.query(
    `update intake.load set state = $3, as_of = $4, finished_at = $5, entities = $6, tries_left = 0, progress = jsonb_set(progress, '{stage}', '"done"')
     where load_no = $1 and attempt = $2 and state = 'running' returning load_no`,
    [loadNo, attempt, end.state, end.asOf, end.now, end.entities],
  );
  if (closed.length === 0) throw new Error(`L${loadNo} was begun again elsewhere; this try has no say any more`);
}

/** Says why a try failed; a load that is tried again waits. One that was published stays so, whatever failed afterwards. */
export async function failTry(
  tx: Tx,
  { loadNo, attempt }: Try,
  why: { zh: string; en: string; now: string; isTriedAgain: boolean },
): Promise<void> {
  await tx.query(
    `update intake.load set state = $3, finished_at = $4, message_zh = $5, message_en = $6
     where load_no = $1 and attempt = $2 and state = 'running'`,
    [loadNo, attempt, why.isTriedAgain ? 'waiting' : 'failed', why.isTriedAgain ? null : why.now, why.zh, why.en],
  );
}

/** Loads whose process died, and which no job takes up again, say so; whoever holds the load lock knows that nobody else is running. */
export async function markInterrupted(tx: Tx, now: string, exceptLoadNo: number | null): Promise<void> {
  await tx.query(
    `update intake.load set state = 'interrupted', finished_at = $1, message_zh = '进程中断，已发布的数据未变；重新装载即可', message_en = 'The process ended; what was published is unchanged; load again'
     where state = 'running' and tries_left = 0 and load_no is distinct from $2`,
    [now, exceptLoadNo],
  );
}

export async function saveFiles(tx: Tx, loadNo: number, rows: readonly FileRow[]): Promise<void> {
  await tx.query(
    `insert into intake.file (load_no, file, entity_id, source, file_date, mode, state, bytes, md5, rows_in, published, merged, quarantined, refusal, detail, note)
     select $1, file, entity_id, source, file_date, mode, state, bytes, md5, rows_in, published, merged, quarantined, refusal, detail, note
     from jsonb_to_recordset($2) as row(file text, entity_id text, source text, file_date date, mode text, state text, bytes bigint, md5 text, rows_in bigint,
       published bigint, merged bigint, quarantined bigint, refusal text, detail text, note text)
     on conflict (load_no, file, entity_id) do update set state = excluded.state, rows_in = excluded.rows_in, published = excluded.published,
       merged = excluded.merged, quarantined = excluded.quarantined`,
    [loadNo, JSON.stringify(rows)],
  );
}

export async function registeredEntities(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ entity_id: string }>('select entity_id from organization.entity order by entity_id');
  return rows.map((row) => row.entity_id);
}

export async function saveResult(
  tx: Tx,
  loadNo: number,
  result: { entityId: string; asOf: string; persons: number; households: number; relations: number; identity: IdentityFigures },
): Promise<void> {
  await tx.query(
    'insert into intake.result (load_no, entity_id, as_of, persons, households, relations, identity) values ($1, $2, $3, $4, $5, $6, $7)',
    [loadNo, result.entityId, result.asOf, result.persons, result.households, result.relations, JSON.stringify(result.identity)],
  );
}
