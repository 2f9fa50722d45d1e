import { join } from 'node:path';
import { withOwner } from '#platform/postgres/index.ts';
import type { FileIdentity } from '../contracts/file-name.ts';
import { leftOut } from '../deliveries/concern.ts';
import { deliveryKey, type Delivered } from '../deliveries/delivery-plan.ts';
import { standingDeliveries, type DeliveryRow, type Standing } from '../deliveries/standing.ts';
import type { IntakeDeps } from '../deps.ts';
import { defineFieldFunctions } from '../rows/field-sql.ts';
import type { Run } from './conduct.ts';
import { mergeParts, type DayPart } from './merge-parts.ts';
import { processFile, typedPath, type Processed } from './process-file.ts';
import type { NewFile, QuarantineFile } from './publish-load.ts';
import { saveFiles, type FileRow } from './store.ts';

/** What the files of a folder give, before anything is published. */
export interface Batch {
  /** Legal entities that the folder concerns: those its rows name, those it stands for already, those the order states. */
  entities: readonly string[];
  newFiles: NewFile[];
  quarantine: QuarantineFile[];
  deliveries: DeliveryRow[];
  fileRows: FileRow[];
}

type Results = Map<Delivered, Processed>;
type StandingByKey = ReadonlyMap<string, readonly Standing[]>;

/** Two at a time: while DuckDB validates one file, the next is read and decoded. */
const lanes = 2;

export async function processDelivery(deps: IntakeDeps, files: readonly Delivered[], run: Run): Promise<Batch> {
  const standing = await withOwner(deps.db, standingDeliveries);
  await deps.warehouse.session(defineFieldFunctions);
  const results: Results = new Map();
  await processAll(deps, files, run, standing, statedOwners(run), results);
  await settleUnowned(deps, run, standing, results);
  const named = entitiesOf(results);
  const entities = run.stated.length > 0 ? run.stated : named.length > 0 ? named : run.entities;
  await mergeDays(deps, run, results);
  return batchOf(files, results, run, standing, entities);
}

/** Whose files without a row are, as far as nothing has to be read for it. */
const statedOwners = ({ stated, entities }: Run): readonly string[] => (stated.length > 0 ? stated : entities.length === 1 ? entities : []);

const entitiesOf = (results: Results): string[] =>
  [
    ...new Set(
      [...results.values()].flatMap((result) => {
        if (result.state === 'ready') return [...result.validated.entities.keys()];
        return result.state === 'unchanged' ? result.entities : [];
      }),
    ),
  ].toSorted();

async function processAll(
  deps: IntakeDeps,
  files: readonly Delivered[],
  run: Run,
  standing: StandingByKey,
  owners: readonly string[],
  results: Results,
): Promise<void> {
  const { progress, tell } = run;
  const queue = files.toSorted((a, b) => b.bytes - a.bytes);
  const lane = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const result = await processOne(deps, file, run, standing, owners, async (bytes) => {
        progress.bytes_done += bytes;
        await tell();
      });
      results.set(file, result);
      progress.files_done++;
      if (result.state === 'ready') progress.rows_done += result.rows;
      // Under whom a refused file stands is known when all have been read.
      const rows = fileRowsOf(file, result, run.stated);
      await withOwner(deps.db, (tx) => saveFiles(tx, run.loadNo, rows));
      await tell();
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** A file in which no row names a legal entity belongs to the one that the rest of its folder is about; else it is refused. */
async function settleUnowned(deps: IntakeDeps, run: Run, standing: StandingByKey, results: Results): Promise<void> {
  const named = entitiesOf(results);
  for (const [file, result] of results) {
    if (result.state !== 'unowned') continue;
    const fault = { code: 'entity_unknown', detail: named.length === 0 ? file.name : named.join(', ') } as const;
    const settled: Processed =
      named.length === 1
        ? await processOne(deps, file, run, standing, named, async () => undefined)
        : { state: 'refused', fault, md5: result.md5 };
    results.set(file, settled);
    if (settled.state === 'ready') run.progress.rows_done += settled.rows;
  }
}

async function processOne(
  deps: IntakeDeps,
  file: Delivered,
  run: Run,
  standing: StandingByKey,
  owners: readonly string[],
  onBytes: (bytes: number) => Promise<void>,
): Promise<Processed> {
  const { identity, date } = file;
  if (file.fault || !identity || date === null)
    return { state: 'refused', fault: file.fault ?? { code: 'unknown_file', detail: file.name }, md5: null };
  let told: Promise<void> = Promise.resolve();
  const result = await deps.warehouse.session((session) =>
    processFile(
      session,
      { ...file, identity, date },
      {
        lake: deps.lake,
        entities: run.entities,
        stated: run.stated,
        installationKey: deps.vault.installationKey,
        versions: run.inForce.versions,
        scratch: join(run.scratch, 'files'),
        loadNo: run.loadNo,
      },
      standing.get(deliveryKey(identity)) ?? [],
      owners,
      { onBytes: (bytes) => void (told = told.then(() => onBytes(bytes))), onValidating: () => undefined },
    ),
  );
  await told;
  return result;
}

/** Files of one source, day and mode may repeat each other's keys; the later one's rows are merged into the earlier one's. */
async function mergeDays(deps: IntakeDeps, run: Run, results: Results): Promise<void> {
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
        path: deps.lake.path(first.entityId, typedPath(entry.identity, entry.date, run.loadNo)),
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

type ReadyFile = { file: Delivered; identity: FileIdentity; date: string; result: Extract<Processed, { state: 'ready' }> };

function readyFiles(results: Results): ReadyFile[] {
  return [...results].flatMap(([file, result]) => {
    const { identity, date } = file;
    return result.state === 'ready' && identity && date !== null ? [{ file, identity, date, result }] : [];
  });
}

function batchOf(files: readonly Delivered[], results: Results, run: Run, standing: StandingByKey, entities: readonly string[]): Batch {
  const batch: Batch = { entities, newFiles: [], quarantine: [], deliveries: [], fileRows: [] };
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
    addReady(batch, { file, identity: file.identity, date: file.date, result }, run, standing);
  }
  return batch;
}

function addReady(batch: Batch, { file, identity, date, result }: ReadyFile, run: Run, standing: StandingByKey): void {
  const { contract, mode, part } = identity;
  const { md5, validated } = result;
  const concerned = [...validated.entities.keys()].toSorted();
  const place = { source: contract.source, mode, part, file: file.name, md5 };
  for (const [entityId, counts] of validated.entities) {
    batch.deliveries.push({
      ...place,
      entity_id: entityId,
      file_date: date,
      contract_version: run.inForce.versions.get(contract.source) ?? 1,
      entities: concerned,
      is_named: validated.isNamed,
    });
    batch.newFiles.push({
      entityId,
      file: { ...place, date, path: typedPath(identity, date, run.loadNo), rows: counts.published },
    });
  }
  if (validated.quarantine !== null) batch.quarantine.push({ path: validated.quarantine, ...place, file_date: date });
  const isOrdered = (entityId: string) => run.stated.length === 0 || run.stated.includes(entityId);
  const forgotten = leftOut(concerned, standing.get(deliveryKey(identity)) ?? []).filter(isOrdered);
  const report = fileRowsOf(file, { state: 'unchanged', md5, entities: forgotten }, []);
  batch.fileRows.push(...report.map((row) => ({ ...row, note: 'left_out' as const })));
}

/** Every row that came in is published, merged or in quarantine. */
function assertAccounted(name: string, rowsIn: number, rows: readonly FileRow[]): void {
  const out = rows.reduce((sum, row) => sum + row.published + row.merged + row.quarantined, 0);
  if (out !== rowsIn) throw new Error(`${name}: ${rowsIn} rows came in, ${out} are accounted for`);
}

/** One row an entity; `entities`: under whom a refused file stands, which names nobody. */
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
    note: null,
  };
  switch (result.state) {
    case 'unowned':
      return [];
    case 'refused':
      return entities.map((entityId) => ({
        ...base,
        entity_id: entityId,
        state: 'refused',
        refusal: result.fault.code,
        detail: result.fault.detail,
      }));
    case 'unchanged':
      return result.entities.map((entityId) => ({ ...base, entity_id: entityId, state: 'unchanged' }));
    case 'ready':
      return [...result.validated.entities].map(([entityId, counts]) => ({
        ...base,
        ...counts,
        entity_id: entityId,
        state: 'ready',
        rows_in: counts.published + counts.merged + counts.quarantined,
      }));
  }
}
