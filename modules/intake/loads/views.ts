import { refuse } from '#platform/http/index.ts';
import { withSession, type Database, type Session } from '#platform/postgres/index.ts';
import {
  refusals,
  rowReasons,
  fileNotes,
  fileRefusals,
  type FileReport,
  type LoadReport,
  type LoadSummary,
  type Progress,
  type RowReason,
} from '../contract.ts';
import type { SourceContract } from '../contracts/contract-schema.ts';
import { contractsInForce } from '../contracts/source-contracts.ts';
import { lockIsHeld } from './asked.ts';
import type { FileRow, ProgressState } from './store.ts';

/** What screens read. Everything runs under the reader's session: each legal entity sees its own rows of a load. */

/** Counts come from the database as bigint. */
type StoredFile = { [Name in keyof FileRow]: FileRow[Name] extends number ? bigint : FileRow[Name] };

interface LoadRow {
  load_no: bigint;
  directory: string;
  as_of: string | null;
  state: LoadSummary['state'];
  started_at: string;
  finished_at: string | null;
  started_by: string | null;
  progress: ProgressState;
  message_zh: string | null;
  message_en: string | null;
  files: bigint;
  files_published: bigint;
  files_unchanged: bigint;
  files_refused: bigint;
  rows_in: bigint | string;
  published: bigint | string;
  merged: bigint | string;
  quarantined: bigint | string;
  persons: number | null;
  households: number | null;
  relations: number | null;
  identity: NonNullable<LoadReport['identity']> | null;
}

/**
 * A load that says it runs while nobody holds the load lock lost its process: it waits when a job takes it up again, else it was interrupted.
 */
const loadColumns = `l.load_no, l.directory, coalesce(r.as_of, l.as_of) as as_of, l.started_at, l.finished_at, l.started_by, l.progress, l.message_zh, l.message_en,
  case when l.state <> 'running' or lock.held then l.state
    when l.tries_left > 0 then 'waiting' else 'interrupted' end as state,
  f.*, r.persons, r.households, r.relations, r.identity`;
const loadTables = `intake.load l cross join (select ${lockIsHeld} as held) lock
  left join intake.result r on r.load_no = l.load_no
  left join lateral (select count(*) as files, count(*) filter (where state = 'published') as files_published, count(*) filter (where state = 'unchanged') as files_unchanged,
    count(*) filter (where state = 'refused') as files_refused, coalesce(sum(rows_in), 0) as rows_in, coalesce(sum(published), 0) as published,
    coalesce(sum(merged), 0) as merged, coalesce(sum(quarantined), 0) as quarantined from intake.file where load_no = l.load_no) f on true`;

export async function listLoads(
  db: Database,
  session: Session,
  page: { limit: number; offset: number },
): Promise<{ items: LoadSummary[]; total: number; total_is_estimate: boolean; as_of: null }> {
  return withSession(db, session, async (tx) => {
    const [count] = await tx.query<{ n: bigint }>('select count(*) as n from intake.load');
    const rows = await tx.query<LoadRow & Record<string, unknown>>(
      `select ${loadColumns} from ${loadTables} order by l.load_no desc limit $1 offset $2`,
      [page.limit, page.offset],
    );
    return { items: rows.map(summaryOf), total: Number(count?.n ?? 0n), total_is_estimate: false, as_of: null };
  });
}

export async function readLoad(db: Database, session: Session, loadNo: number, now: Temporal.Instant): Promise<LoadReport> {
  return withSession(db, session, async (tx) => {
    const [row] = await tx.query<LoadRow & Record<string, unknown>>(`select ${loadColumns} from ${loadTables} where l.load_no = $1`, [
      loadNo,
    ]);
    if (!row) throw refuse(refusals, 'not_found');
    const { contracts } = await contractsInForce(tx);
    const files = await tx.query<StoredFile & Record<string, unknown>>('select * from intake.file where load_no = $1 order by file', [
      loadNo,
    ]);
    const reasons = await tx.query<{ code: RowReason; rows: bigint }>(
      'select code, count(*) as rows from intake.quarantine where load_no = $1 group by code order by rows desc, code',
      [loadNo],
    );
    return {
      ...summaryOf(row),
      progress: progressOf(row, now),
      file_reports: files.map((file) => fileReportOf(file, contracts)),
      reasons: reasons.map(({ code, rows }) => ({ code, ...rowReasons[code], rows: Number(rows) })),
      identity: row.identity,
    };
  });
}

function summaryOf(row: LoadRow): LoadSummary {
  return {
    id: `L${row.load_no}`,
    directory: row.directory,
    as_of: row.as_of,
    state: row.state,
    started_at: row.started_at,
    finished_at: row.finished_at,
    started_by: row.started_by,
    files: Math.max(Number(row.files), row.progress.files_total),
    files_published: Number(row.files_published),
    files_unchanged: Number(row.files_unchanged),
    files_refused: Number(row.files_refused),
    rows_in: Number(row.rows_in),
    published: Number(row.published),
    merged: Number(row.merged),
    quarantined: Number(row.quarantined),
    persons: row.persons,
    households: row.households,
    relations: row.relations,
    message: row.message_zh === null || row.message_en === null ? null : { zh: row.message_zh, en: row.message_en },
  };
}

/** Reading and validating take about three quarters of a load; what is left is estimated from the bytes read so far. */
function progressOf(row: LoadRow, now: Temporal.Instant): Progress {
  const { progress } = row;
  const seconds = (now.epochMilliseconds - Temporal.Instant.from(row.started_at).epochMilliseconds) / 1000;
  const share = progress.bytes_total === 0 ? 0 : (progress.bytes_done / progress.bytes_total) * 0.75;
  const isRunning = row.state === 'running' && progress.stage === 'files' && share > 0.02;
  return { ...progress, seconds_left: isRunning ? Math.round((seconds / share) * (1 - share)) : null };
}

function fileReportOf(file: StoredFile, contracts: readonly SourceContract[]): FileReport {
  const { source, mode, refusal, note } = file;
  return {
    file: file.file,
    source,
    source_name: contracts.find((contract) => contract.source === source)?.name ?? null,
    date: file.file_date,
    mode: mode === 'full' || mode === 'delta' ? mode : null,
    state: file.state,
    rows_in: Number(file.rows_in),
    published: Number(file.published),
    merged: Number(file.merged),
    quarantined: Number(file.quarantined),
    bytes: Number(file.bytes),
    md5: file.md5,
    refusal: refusal === null ? null : { code: refusal, ...fileRefusals[refusal], detail: file.detail },
    note: note === null ? null : { code: note, ...fileNotes[note] },
  };
}

/** Number of a load id; the contract has checked its form. */
export const loadNumber = (id: string): number => Number(id.slice(1));
