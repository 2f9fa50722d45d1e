import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tx } from '#platform/postgres/index.ts';
import { readFileName } from '../contracts/file-name.ts';
import type { IntakeDeps } from '../deps.ts';
import { waitingCorrections, type WaitingRow } from '../quarantine/quarantine.ts';
import { defineFieldFunctions } from '../rows/field-sql.ts';
import { landedForm, landLines } from '../rows/line-check.ts';
import { validate } from '../rows/validate.ts';
import { conductLoad, latest, publishBatch, type AskedTry, type LoadSummary, type Run } from './conduct.ts';
import { LoadFault } from './load-fault.ts';
import { mergeParts } from './merge-parts.ts';
import type { Batch } from './process-delivery.ts';
import type { FileRow } from './store.ts';

export interface ReloadOrder {
  /** The load whose corrected rows are published. */
  of: number;
  entityId: string;
  startedBy: string;
  asked?: AskedTry | undefined;
}

/** Publishes the corrected rows of a load, each as of the day of its file, beside the rows that were good at once. Throws LoadFault. */
export async function runReload(deps: IntakeDeps, order: ReloadOrder): Promise<LoadSummary> {
  const { startedBy, asked, entityId } = order;
  return conductLoad(deps, { kind: 'reload', directory: `L${order.of}`, startedBy, asked, entities: [entityId] }, async (run) => {
    const waiting = await waitingCorrections(deps, order.of, order.entityId);
    if (waiting.size === 0) throw new LoadFault('nothing_corrected', `L${order.of}`);
    await deps.warehouse.session(defineFieldFunctions);
    const batch: Batch = { entities: [order.entityId], newFiles: [], quarantine: [], deliveries: [], fileRows: [] };
    run.progress.files_total = waiting.size;
    for (const [file, rows] of waiting) {
      await addFile(deps, run, order, file, rows, batch);
      run.progress.files_done++;
      await run.tell();
    }
    const manifest = await deps.lake.manifest(order.entityId);
    const asOf = manifest?.as_of ?? latest(batch.newFiles.map((entry) => entry.file.date)) ?? '';
    const ids = [...waiting.values()].flat().map((row) => String(row.id));
    return publishBatch(deps, run, batch, new Map([[order.entityId, asOf]]), (tx) => closeRows(tx, ids));
  });
}

async function addFile(
  deps: IntakeDeps,
  run: Run,
  order: ReloadOrder,
  file: string,
  rows: readonly WaitingRow[],
  batch: Batch,
): Promise<void> {
  const [first] = rows;
  const identity = readFileName(file, run.inForce.contracts).find((match) => match.contract.source === first?.source);
  if (!first || !identity) throw new LoadFault('contract_changed', file);
  const { contract, format } = identity;
  const scratch = join(run.scratch, 'files', file);
  await mkdir(scratch, { recursive: true });
  const lines = rows.map((row) => row.line);
  const corrected = await landLines(lines, format, scratch);
  const part = `${first.part}+${run.loadNo}`;
  const path = `typed/${contract.source}/date=${first.file_date}/${first.mode}-${part}.parquet`;
  const target = deps.lake.path(order.entityId, path);
  const counts = await deps.warehouse.session(async (session) => {
    const validated = await validate(session, {
      contract,
      lines: landedForm(corrected, format),
      setting: { fileDate: first.file_date, entities: [order.entityId] },
      installationKey: deps.vault.installationKey,
      scratch,
      target: () => target,
      owners: [order.entityId],
      rowNumbers: rows.map((row) => Number(row.row_number)),
    });
    const found = validated.entities.get(order.entityId);
    if (!found || validated.rows !== rows.length) throw new Error(`${file}: ${rows.length} corrected rows, ${validated.rows} were read`);
    if (found.quarantined > 0) throw new LoadFault('contract_changed', file);
    const manifest = await deps.lake.manifest(order.entityId);
    const standing = (manifest?.files ?? []).filter(
      (known) => known.source === contract.source && known.date === first.file_date && known.mode === first.mode,
    );
    const parts = [
      ...standing.map((known) => ({ path: deps.lake.path(order.entityId, known.path), isPublished: true })),
      { path: target, isPublished: false },
    ];
    const taken = (await mergeParts(session, contract.load.key, parts)).get(target) ?? 0;
    return { published: found.published - taken, merged: found.merged + taken };
  });
  batch.newFiles.push({
    entityId: order.entityId,
    file: { source: contract.source, date: first.file_date, mode: first.mode, part, path, rows: counts.published, md5: '', file },
  });
  batch.fileRows.push(fileRow(order.entityId, file, first, rows.length, counts));
}

function fileRow(
  entityId: string,
  file: string,
  first: WaitingRow,
  rowsIn: number,
  counts: { published: number; merged: number },
): FileRow {
  return {
    file,
    entity_id: entityId,
    source: first.source,
    file_date: first.file_date,
    mode: first.mode,
    state: 'published',
    bytes: 0,
    md5: null,
    rows_in: rowsIn,
    ...counts,
    quarantined: 0,
    refusal: null,
    detail: null,
    note: null,
  };
}

/** In the publishing transaction: a row is closed exactly when it is published. */
async function closeRows(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query(`update intake.quarantine set state = 'reloaded' where quarantine_no = any($1::bigint[]) and state = 'corrected'`, [ids]);
}
