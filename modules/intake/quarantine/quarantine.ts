import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markColumns, markExport } from '#modules/population/index.ts';
import { record } from '#platform/audit/index.ts';
import { csvLine } from '#platform/files/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession, type Session, type Tx } from '#platform/postgres/index.ts';
import {
  refusals,
  rowReasons,
  type Correction,
  type QuarantineLine,
  type QuarantineQuery,
  type QuarantineRow,
  type RowReason,
} from '../contract.ts';
import type { ContractFile, SourceContract } from '../contracts/contract-schema.ts';
import { readFileName } from '../contracts/file-name.ts';
import { contractsInForce } from '../contracts/source-contracts.ts';
import type { IntakeDeps } from '../deps.ts';
import { checkLine, fieldsOfLine, maskLine } from '../rows/line-check.ts';

interface StoredRow {
  id: bigint;
  load_no: bigint;
  file: string;
  source: string;
  file_date: string;
  row_number: bigint;
  field: string | null;
  code: RowReason;
  raw_line: string;
  state: QuarantineRow['state'];
  corrected_line: string | null;
  corrected_by: string | null;
  corrected_at: string | null;
}

const columns = `quarantine_no as id, load_no, file, source, file_date, row_number, field, code, raw_line, state, corrected_line, corrected_by, corrected_at`;

export async function listQuarantine(
  deps: IntakeDeps,
  session: Session,
  loadNo: number,
  query: QuarantineQuery,
): Promise<{ items: QuarantineRow[]; total: number; total_is_estimate: boolean; as_of: null }> {
  return withSession(deps.db, session, async (tx) => {
    await requireLoad(tx, loadNo);
    const { where, values } = conditionOf(loadNo, query);
    const [count] = await tx.query<{ n: bigint }>(`select count(*) as n from intake.quarantine where ${where}`, values);
    const rows = await tx.query<StoredRow & Record<string, unknown>>(
      `select ${columns} from intake.quarantine where ${where} order by file, row_number, quarantine_no limit $${values.length + 1} offset $${values.length + 2}`,
      [...values, query.limit, query.offset],
    );
    const names = await sourceNames(tx);
    return { items: rows.map((row) => rowOf(row, names)), total: Number(count?.n ?? 0n), total_is_estimate: false, as_of: null };
  });
}

function conditionOf(loadNo: number, query: Omit<QuarantineQuery, 'limit' | 'offset'>): { where: string; values: unknown[] } {
  const values: unknown[] = [loadNo];
  const parts = ['load_no = $1'];
  for (const name of ['file', 'source', 'code', 'state'] as const) {
    if (query[name] === undefined) continue;
    values.push(query[name]);
    parts.push(`${name} = $${values.length}`);
  }
  return { where: parts.join(' and '), values };
}

function rowOf(row: StoredRow, names: Map<string, { zh: string; en: string }>): QuarantineRow {
  const { zh, en } = rowReasons[row.code];
  return {
    id: String(row.id),
    load_id: `L${row.load_no}`,
    file: row.file,
    source: row.source,
    source_name: names.get(row.source) ?? { zh: row.source, en: row.source },
    file_date: row.file_date,
    row_number: Number(row.row_number),
    field: row.field,
    code: row.code,
    zh,
    en,
    raw_masked: maskLine(row.corrected_line ?? row.raw_line),
    state: row.state,
    corrected_by: row.corrected_by,
    corrected_at: row.corrected_at,
  };
}

/** The plain line of one row. */
export async function revealLine(deps: IntakeDeps, session: Session, loadNo: number, id: string): Promise<QuarantineLine> {
  return withSession(deps.db, session, async (tx) => {
    const row = await findRow(tx, loadNo, id);
    const { contract, format } = await placeOf(tx, row);
    return {
      id,
      raw_line: row.raw_line,
      corrected_line: row.corrected_line,
      fields: fieldsOfLine(row.corrected_line ?? row.raw_line, contract, format),
    };
  });
}

/** All rows of a load as CSV, for correction at the source; begins with a byte order mark, which spreadsheets need to read UTF-8. */
export async function* quarantineCsv(
  deps: IntakeDeps,
  session: Session,
  loadNo: number,
  { language, requestId }: { language: 'zh' | 'en'; requestId: string },
): AsyncGenerator<string> {
  const mark = await withSession(deps.db, session, (tx) => markExport(tx, session, { requestId, at: deps.clock.now() }));
  const heads = {
    zh: ['文件', '行号', '字段', '原因代码', '原因', '状态', '原始行'],
    en: ['file', 'row', 'field', 'code', 'reason', 'state', 'raw line'],
  };
  yield `\uFEFF${csvLine([...heads[language], ...markColumns.map((column) => column[language])])}`;
  for (let after: [string, bigint, bigint] = ['', 0n, 0n]; ;) {
    const rows = await withSession(deps.db, session, async (tx) => {
      if (after[0] === '') await requireLoad(tx, loadNo);
      return tx.query<StoredRow & Record<string, unknown>>(
        `select ${columns} from intake.quarantine where load_no = $1 and (file, row_number, quarantine_no) > ($2, $3, $4) order by file, row_number, quarantine_no limit 2000`,
        [loadNo, ...after],
      );
    });
    yield rows
      .map((row) =>
        csvLine([row.file, String(row.row_number), row.field, row.code, rowReasons[row.code][language], row.state, row.raw_line, ...mark]),
      )
      .join('');
    const last = rows.at(-1);
    if (!last || rows.length < 2000) return;
    after = [last.file, last.row_number, last.id];
  }
}

/** Judges a corrected line on the spot; a valid one is kept and waits for the reload. */
export async function correctRow(
  deps: IntakeDeps,
  session: Session,
  loadNo: number,
  id: string,
  line: string,
  requestId?: string,
): Promise<Correction> {
  const place = await withSession(deps.db, session, async (tx) => {
    const row = await findRow(tx, loadNo, id);
    if (row.state === 'reloaded' || row.state === 'superseded') throw refuse(refusals, 'row_closed');
    return { ...(await placeOf(tx, row)), fileDate: row.file_date };
  });
  const scratch = await mkdtemp(join(tmpdir(), 'qianmo-line-'));
  try {
    const faults = await deps.warehouse.session((warehouse) =>
      checkLine(warehouse, line, { ...place, entityId: session.entityId, scratch }),
    );
    if (faults.length === 0) await withSession(deps.db, session, (tx) => keepCorrection(tx, deps, session, loadNo, id, line, requestId));
    return { id, valid: faults.length === 0, findings: faults.map(({ field, code }) => ({ field, code, ...rowReasons[code] })) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function keepCorrection(
  tx: Tx,
  deps: IntakeDeps,
  session: Session,
  loadNo: number,
  id: string,
  line: string,
  requestId?: string,
): Promise<void> {
  const kept = await tx.query(
    `update intake.quarantine set state = 'corrected', corrected_line = $3, corrected_by = $4, corrected_at = $5
     where load_no = $1 and quarantine_no = $2 and state in ('open', 'corrected') returning quarantine_no`,
    [loadNo, id, line, session.actorId, deps.clock.now().toString()],
  );
  if (kept.length === 0) throw refuse(refusals, 'row_closed');
  await record(tx, {
    entityId: session.entityId,
    actorId: session.actorId,
    action: 'quarantine.correct',
    subjectKind: 'quarantine',
    subjectId: id,
    detail: { load: `L${loadNo}` },
    requestId,
  });
}

async function findRow(tx: Tx, loadNo: number, id: string): Promise<StoredRow> {
  const [row] = await tx.query<StoredRow & Record<string, unknown>>(
    `select ${columns} from intake.quarantine where load_no = $1 and quarantine_no = $2`,
    [loadNo, id],
  );
  if (!row) throw refuse(refusals, 'not_found');
  return row;
}

export async function requireLoad(tx: Tx, loadNo: number): Promise<void> {
  const rows = await tx.query('select 1 from intake.load where load_no = $1', [loadNo]);
  if (rows.length === 0) throw refuse(refusals, 'not_found');
}

async function placeOf(tx: Tx, row: Pick<StoredRow, 'file' | 'source'>): Promise<{ contract: SourceContract; format: ContractFile }> {
  const { contracts } = await contractsInForce(tx);
  const identity = readFileName(row.file, contracts).find((match) => match.contract.source === row.source);
  if (!identity)
    throw refuse(refusals, 'contract_invalid', {
      zh: `现行约定不再识别 ${row.file}`,
      en: `the contract in force no longer knows ${row.file}`,
    });
  return { contract: identity.contract, format: identity.format };
}

async function sourceNames(tx: Tx): Promise<Map<string, { zh: string; en: string }>> {
  const { contracts } = await contractsInForce(tx);
  return new Map(contracts.map((contract) => [contract.source, contract.name]));
}

/** Corrected rows of a load that wait, by file; as the owner, because the reload writes for the entity. */
export async function waitingCorrections(deps: IntakeDeps, loadNo: number, entityId: string): Promise<Map<string, WaitingRow[]>> {
  const rows = await withOwner(deps.db, (tx) =>
    tx.query<WaitingRow & Record<string, unknown>>(
      `select quarantine_no as id, file, source, file_date, mode, part, row_number, corrected_line as line from intake.quarantine
       where load_no = $1 and entity_id = $2 and state = 'corrected' order by file, row_number`,
      [loadNo, entityId],
    ),
  );
  return Map.groupBy(rows, (row) => row.file);
}

export interface WaitingRow {
  id: bigint;
  file: string;
  source: string;
  file_date: string;
  mode: 'full' | 'delta';
  part: string;
  row_number: bigint;
  line: string;
}
