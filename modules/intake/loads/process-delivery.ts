import { join } from 'node:path';
import { withOwner } from '#platform/postgres/index.ts';
import type { FileIdentity } from '../contracts/file-name.ts';
import type { ContractsInForce } from '../contracts/source-contracts.ts';
import { deliveryKey, type Delivered } from '../deliveries/delivery-plan.ts';
import { knownDeliveries, type DeliveryRow } from '../deliveries/standing.ts';
import type { IntakeDeps } from '../deps.ts';
import { defineFieldFunctions } from '../rows/field-sql.ts';
import type { Run } from './conduct.ts';
import { mergeParts, type DayPart } from './merge-parts.ts';
import { processFile, typedPath, type Processed } from './process-file.ts';
import type { NewFile, QuarantineFile } from './publish-load.ts';
import { saveFiles, type FileRow } from './store.ts';

/** What the files of a folder give, before anything is published. */
export interface Batch {
  newFiles: NewFile[];
  quarantine: QuarantineFile[];
  deliveries: DeliveryRow[];
  fileRows: FileRow[];
}

/** Two at a time: while DuckDB validates one file, the next is read and decoded. */
const lanes = 2;

export async function processDelivery(deps: IntakeDeps, files: readonly Delivered[], run: Run): Promise<Batch> {
  const { inForce, progress, tell } = run;
  const known = await withOwner(deps.db, knownDeliveries);
  await deps.warehouse.session(defineFieldFunctions);
  const results = new Map<Delivered, Processed>();
  const queue = files.toSorted((a, b) => b.bytes - a.bytes);
  const lane = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const result = await processOne(deps, file, run, known, async (bytes) => {
        progress.bytes_done += bytes;
        await tell();
      });
      results.set(file, result);
      progress.files_done++;
      if (result.state === 'ready') progress.rows_done += result.rows;
      await withOwner(deps.db, (tx) => saveFiles(tx, run.loadNo, fileRowsOf(file, result, run.entities)));
      await tell();
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  await mergeDays(deps, results, inForce);
  return batchOf(files, results, inForce, run.entities);
}

async function processOne(
  deps: IntakeDeps,
  file: Delivered,
  run: Run,
  known: Map<string, DeliveryRow>,
  onBytes: (bytes: number) => Promise<void>,
): Promise<Processed> {
  const { identity, date } = file;
  if (file.fault || !identity || date === null)
    return { state: 'refused', fault: file.fault ?? { code: 'unknown_file', detail: file.name }, md5: null };
  const { inForce } = run;
  const version = inForce.versions.get(identity.contract.source) ?? 1;
  const before = known.get(deliveryKey(identity));
  let told: Promise<void> = Promise.resolve();
  const result = await deps.warehouse.session((session) =>
    processFile(
      session,
      { ...file, identity, date },
      {
        lake: deps.lake,
        entities: run.entities,
        fallbackEntity: run.entities[0] ?? '',
        installationKey: deps.vault.installationKey,
        versions: inForce.versions,
        scratch: join(run.scratch, 'files'),
      },
      (md5) => before?.md5 === md5 && before.contract_version === version,
      { onBytes: (bytes) => void (told = told.then(() => onBytes(bytes))), onValidating: () => undefined },
    ),
  );
  await told;
  return result;
}

/** Files of one source, day and mode may repeat each other's keys; the later one's rows are merged into the earlier one's. */
async function mergeDays(deps: IntakeDeps, results: Map<Delivered, Processed>, inForce: ContractsInForce): Promise<void> {
  const ready = readyFiles(results);
  const days = Map.groupBy(
    ready.flatMap((entry) => [...entry.result.validated.entities.keys()].map((entityId) => ({ ...entry, entityId }))),
    ({ identity, entityId }) => [entityId, identity.contract.source, identity.date, identity.mode].join('|'),
  );
  for (const entries of days.values()) {
    const [first] = entries;
    if (!first) continue;
    const manifest = await deps.lake.manifest(first.entityId);
    const replaced = new Set(entries.map((entry) => entry.identity.part));
    const standing: DayPart[] = (manifest?.files ?? [])
      .filter(
        (file) => file.source === first.identity.contract.source && file.date === first.identity.date && file.mode === first.identity.mode,
      )
      .filter((file) => !replaced.has(file.part.split('+', 1)[0] ?? ''))
      .map((file) => ({ path: deps.lake.path(first.entityId, file.path), isPublished: true }));
    const added = entries
      .toSorted((a, b) => (a.identity.part < b.identity.part ? -1 : 1))
      .map((entry) => ({
        ...entry,
        path: deps.lake.path(first.entityId, pathOf(entry.identity, entry.result.md5, inForce)),
        isPublished: false,
      }));
    const taken = await deps.warehouse.session((session) => mergeParts(session, first.identity.contract.load.key, [...standing, ...added]));
    for (const entry of added) {
      const counts = entry.result.validated.entities.get(first.entityId);
      const rows = taken.get(entry.path) ?? 0;
      if (counts) Object.assign(counts, { published: counts.published - rows, merged: counts.merged + rows });
    }
  }
}

type ReadyFile = { file: Delivered; identity: FileIdentity; result: Extract<Processed, { state: 'ready' }> };

function readyFiles(results: Map<Delivered, Processed>): ReadyFile[] {
  return [...results].flatMap(([file, result]) =>
    result.state === 'ready' && file.identity ? [{ file, identity: file.identity, result }] : [],
  );
}

const pathOf = (identity: FileIdentity, md5: string, inForce: ContractsInForce) =>
  typedPath(identity, identity.date ?? '', md5, inForce.versions.get(identity.contract.source) ?? 1);

function batchOf(
  files: readonly Delivered[],
  results: Map<Delivered, Processed>,
  inForce: ContractsInForce,
  entities: readonly string[],
): Batch {
  const batch: Batch = { newFiles: [], quarantine: [], deliveries: [], fileRows: [] };
  for (const file of files) {
    const result = results.get(file);
    if (!result) throw new Error(`${file.name} was not processed`);
    const rows = fileRowsOf(file, result, entities);
    if (result.state !== 'ready' || !file.identity || file.date === null) {
      batch.fileRows.push(...rows);
      continue;
    }
    assertAccounted(file.name, result.rows, rows);
    batch.fileRows.push(...rows.map((row) => ({ ...row, state: 'published' as const })));
    const { contract, mode, part } = file.identity;
    const delivery = {
      source: contract.source,
      file_date: file.date,
      mode,
      part,
      file: file.name,
      md5: result.md5,
      contract_version: inForce.versions.get(contract.source) ?? 1,
    };
    batch.deliveries.push(delivery);
    if (result.validated.quarantine !== null) batch.quarantine.push({ path: result.validated.quarantine, file: file.name, delivery });
    const written = [...result.validated.entities].filter(([, counts]) => counts.published > 0 || result.validated.entities.size === 1);
    for (const [entityId, counts] of written) {
      batch.newFiles.push({
        entityId,
        file: {
          source: contract.source,
          date: file.date,
          mode,
          part,
          path: pathOf(file.identity, result.md5, inForce),
          rows: counts.published,
          md5: result.md5,
          file: file.name,
        },
      });
    }
  }
  return batch;
}

/** Every row that came in is published, merged or in quarantine. */
function assertAccounted(name: string, rowsIn: number, rows: readonly FileRow[]): void {
  const out = rows.reduce((sum, row) => sum + row.published + row.merged + row.quarantined, 0);
  if (out !== rowsIn) throw new Error(`${name}: ${rowsIn} rows came in, ${out} are accounted for`);
}

function fileRowsOf(file: Delivered, result: Processed, entities: readonly string[]): FileRow[] {
  const base = {
    file: file.name,
    source: file.identity?.contract.source ?? null,
    file_date: file.date,
    mode: file.identity?.mode ?? null,
    bytes: file.bytes,
    md5: result.md5,
    rows_in: 0,
    published: 0,
    merged: 0,
    quarantined: 0,
    refusal: null,
    detail: null,
  };
  if (result.state === 'refused')
    return entities.map((entityId) => ({
      ...base,
      entity_id: entityId,
      state: 'refused',
      refusal: result.fault.code,
      detail: result.fault.detail,
    }));
  if (result.state === 'unchanged') return entities.map((entityId) => ({ ...base, entity_id: entityId, state: 'unchanged' }));
  return [...result.validated.entities].map(([entityId, counts]) => ({
    ...base,
    ...counts,
    entity_id: entityId,
    state: 'ready',
    rows_in: counts.published + counts.merged + counts.quarantined,
  }));
}
