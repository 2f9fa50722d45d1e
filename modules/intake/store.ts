import { createReadStream } from 'node:fs';
import { copyFrom, type Tx } from '#platform/postgres/index.ts';
import type { FileRefusalCode } from './reasons.ts';
import type { CandidatePair, IdentityFigures } from './resolve.ts';
import type { Decided } from './match.ts';

/** SQL of the tables this module owns. All of it runs as the owner: loads work for every legal entity at once. */

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
}

export interface DeliveryRow {
  source: string;
  file_date: string;
  mode: string;
  part: string;
  file: string;
  md5: string;
  contract_version: number;
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

export async function updateProgress(tx: Tx, loadNo: number, progress: ProgressState): Promise<void> {
  await tx.query('update intake.load set progress = $2 where load_no = $1', [loadNo, JSON.stringify(progress)]);
}

export async function closeLoad(
  tx: Tx,
  loadNo: number,
  end: {
    state: 'published' | 'unchanged' | 'failed';
    asOf: string | null;
    now: string;
    entities: readonly string[];
    zh?: string;
    en?: string;
  },
): Promise<void> {
  await tx.query(
    `update intake.load set state = $2, as_of = coalesce($3, as_of), finished_at = $4, entities = $5, message_zh = $6, message_en = $7,
       progress = case when $2 = 'failed' then progress else jsonb_set(progress, '{stage}', '"done"') end where load_no = $1`,
    [loadNo, end.state, end.asOf, end.now, end.entities, end.zh ?? null, end.en ?? null],
  );
}

/** Loads whose process died say so; whoever holds the load lock knows that nobody else is running. */
export async function markInterrupted(tx: Tx, now: string, exceptLoadNo: number | null): Promise<void> {
  await tx.query(
    `update intake.load set state = 'interrupted', finished_at = $1, message_zh = '进程中断,已发布的数据未变;重新装载即可', message_en = 'The process ended; what was published is unchanged; load again'
     where state = 'running' and load_no is distinct from $2`,
    [now, exceptLoadNo],
  );
}

export async function saveFiles(tx: Tx, loadNo: number, rows: readonly FileRow[]): Promise<void> {
  await tx.query(
    `insert into intake.file (load_no, file, entity_id, source, file_date, mode, state, bytes, md5, rows_in, published, merged, quarantined, refusal, detail)
     select $1, file, entity_id, source, file_date, mode, state, bytes, md5, rows_in, published, merged, quarantined, refusal, detail
     from jsonb_to_recordset($2) as row(file text, entity_id text, source text, file_date date, mode text, state text, bytes bigint, md5 text, rows_in bigint,
       published bigint, merged bigint, quarantined bigint, refusal text, detail text)
     on conflict (load_no, file, entity_id) do update set state = excluded.state, rows_in = excluded.rows_in, published = excluded.published,
       merged = excluded.merged, quarantined = excluded.quarantined`,
    [loadNo, JSON.stringify(rows)],
  );
}

export async function registeredEntities(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ entity_id: string }>('select entity_id from organization.entity order by entity_id');
  return rows.map((row) => row.entity_id);
}

/** Key of `deliveryKey` → what stands there. */
export async function knownDeliveries(tx: Tx): Promise<Map<string, DeliveryRow>> {
  const rows = await tx.query<DeliveryRow>('select source, file_date, mode, part, file, md5, contract_version from intake.delivery');
  return new Map(rows.map((row) => [[row.source, row.file_date, row.mode, row.part].join('|'), row]));
}

export async function saveDelivery(tx: Tx, loadNo: number, row: DeliveryRow): Promise<void> {
  await tx.query(
    `insert into intake.delivery (source, file_date, mode, part, file, md5, contract_version, load_no) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (source, file_date, mode, part) do update set file = excluded.file, md5 = excluded.md5, contract_version = excluded.contract_version, load_no = excluded.load_no`,
    [row.source, row.file_date, row.mode, row.part, row.file, row.md5, row.contract_version, loadNo],
  );
}

/** Rows of an earlier file of the same delivery no longer wait for anybody. */
export async function supersedeQuarantine(tx: Tx, loadNo: number, row: DeliveryRow): Promise<void> {
  await tx.query(
    `update intake.quarantine set state = 'superseded' where (source, file_date, mode, part) = ($1, $2, $3, $4) and load_no <> $5 and state in ('open', 'corrected')`,
    [row.source, row.file_date, row.mode, row.part, loadNo],
  );
}

export const quarantineColumns = [
  'entity_id',
  'load_no',
  'file',
  'source',
  'file_date',
  'mode',
  'part',
  'row_number',
  'field',
  'code',
  'raw_line',
] as const;

/** COPY cannot fill a table under row-level security, so the rows come by way of a temporary one. */
export async function insertQuarantine(tx: Tx, csvFiles: readonly string[]): Promise<void> {
  if (csvFiles.length === 0) return;
  const columns = quarantineColumns.join(', ');
  await tx.query(`create temporary table quarantine_in on commit drop as select ${columns} from intake.quarantine where false`);
  for (const file of csvFiles)
    await copyFrom(tx.client, 'quarantine_in', quarantineColumns, createReadStream(file, { highWaterMark: 1 << 20 }));
  await tx.query(`insert into intake.quarantine (${columns}) select ${columns} from quarantine_in order by file, row_number`);
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

export async function decidedPairs(tx: Tx, entityId: string): Promise<Decided[]> {
  return tx.query<Decided & Record<string, unknown>>(
    `select left_id, right_id, state from intake.candidate where entity_id = $1 and state <> 'open' order by 1, 2`,
    [entityId],
  );
}

/** The open queue is what the present state leaves in doubt; decisions stay. */
export async function replaceCandidates(tx: Tx, entityId: string, pairs: readonly CandidatePair[]): Promise<void> {
  await tx.query(
    `create temporary table if not exists pair_in (left_id text, right_id text, left_grid text, right_grid text, left_person jsonb, right_person jsonb, agreeing text[], differing text[]) on commit drop`,
  );
  await tx.query('truncate pair_in');
  for (let start = 0; start < pairs.length; start += 5000) {
    await tx.query(
      `insert into pair_in select left_id, right_id, left_grid, right_grid, left_person::jsonb, right_person::jsonb,
         array(select jsonb_array_elements_text(agreeing)), array(select jsonb_array_elements_text(differing))
       from jsonb_to_recordset($1) as row(left_id text, right_id text, left_grid text, right_grid text, left_person text, right_person text, agreeing jsonb, differing jsonb)`,
      [JSON.stringify(pairs.slice(start, start + 5000))],
    );
  }
  await tx.query(
    `delete from intake.candidate c where entity_id = $1 and state = 'open' and not exists (select 1 from pair_in p where (p.left_id, p.right_id) = (c.left_id, c.right_id))`,
    [entityId],
  );
  await tx.query(
    `insert into intake.candidate (entity_id, left_id, right_id, left_grid, right_grid, left_person, right_person, agreeing, differing)
     select $1, left_id, right_id, left_grid, right_grid, left_person, right_person, agreeing, differing from pair_in order by left_id, right_id
     on conflict (entity_id, left_id, right_id) do update set left_grid = excluded.left_grid, right_grid = excluded.right_grid, left_person = excluded.left_person,
       right_person = excluded.right_person, agreeing = excluded.agreeing, differing = excluded.differing where candidate.state = 'open'`,
    [entityId],
  );
}

/** Whether a decision was made after the last publication of the entity. */
export async function hasNewDecisions(tx: Tx): Promise<boolean> {
  const [row] = await tx.query<{ waiting: boolean }>(
    `select exists (select 1 from intake.candidate c join population.publication p using (entity_id) where c.decided_at > p.published_at) as waiting`,
  );
  return row?.waiting ?? false;
}
