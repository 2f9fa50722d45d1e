import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type pg from 'pg';
import type { Clock } from '#platform/clock/index.ts';
import { withOwner, type Database } from '#platform/postgres/index.ts';
import type { Lake, Manifest, Warehouse } from '#platform/warehouse/index.ts';
import { committedManifests } from '#modules/population/index.ts';
import { deliveryFolder, planDelivery, type Delivered } from './delivery-plan.ts';
import { LoadFault } from './load-fault.ts';
import { processDelivery, type Batch } from './process-delivery.ts';
import { publishLoad, type PublishedEntity } from './publish-load.ts';
import { contractsInForce, installContracts, readPlaceNames } from './source-contracts.ts';
import {
  closeLoad,
  hasNewDecisions,
  insertLoad,
  markInterrupted,
  registeredEntities,
  saveFiles,
  updateProgress,
  type FileRow,
  type ProgressState,
} from './store.ts';

export interface IntakeDeps {
  db: Database;
  lake: Lake;
  warehouse: Warehouse;
  clock: Clock;
  vault: { readonly installationKey: string };
  /** Folder of the installation; scratch files and the inbox lie below it. */
  dataFolder: string;
  /** Contracts and place names a bank starts from. */
  configuration: string;
  /** What later readers make of a publication, e.g. lists for the console; called again after a crash until it has succeeded. */
  onPublished?: (manifest: Manifest) => Promise<void>;
}

export interface LoadOptions {
  /** Business day the population is to show; else the newest day of any file. */
  asOf?: string | undefined;
  startedBy?: string | undefined;
  /** Number of the load that was announced when it was asked for. */
  loadNo?: number | undefined;
  /** How the folder is called in reports; else its last name. */
  label?: string | undefined;
  onProgress?: ((progress: ProgressState) => void) | undefined;
}

export interface LoadSummary {
  load: string;
  state: 'published' | 'unchanged';
  as_of: string | null;
  files: {
    file: string;
    state: FileRow['state'];
    rows_in: number;
    published: number;
    merged: number;
    quarantined: number;
    refusal?: { code: string; detail: string | null };
  }[];
  rows_in: number;
  published: number;
  merged: number;
  quarantined: number;
  persons: number;
  households: number;
  relations: number;
}

/** Any number; it keeps one load at a time over all servers of an installation. */
const loadLock = 7_110_020;
const nothing: ProgressState = { stage: 'files', files_done: 0, files_total: 0, rows_done: 0, bytes_done: 0, bytes_total: 0 };

/**
 * Loads a folder: lands and validates every file, resolves persons and publishes, all or nothing. The same folder again changes nothing; after
 * a crash at any moment the next load begins from the last published state. Throws LoadFault when nothing can be loaded.
 */
export async function runLoad(deps: IntakeDeps, folder: string, options: LoadOptions = {}): Promise<LoadSummary> {
  if (!existsSync(folder)) throw new LoadFault('folder_missing', folder);
  const source = deliveryFolder(resolve(folder));
  return withLoadLock(deps, async () => {
    const now = deps.clock.now().toString();
    await withOwner(deps.db, (tx) => installContracts(tx, join(deps.configuration, 'sources'), now));
    const entities = await withOwner(deps.db, registeredEntities);
    if (entities.length === 0) throw new LoadFault('no_entity', '');
    const loadNo = await beginLoad(deps, options, basename(resolve(folder)), entities, now);
    const scratch = join(deps.dataFolder, 'work', `load-${loadNo}`);
    try {
      await repair(deps, loadNo);
      await mkdir(scratch, { recursive: true });
      return await load(deps, source, { ...options, loadNo, entities, scratch, now });
    } catch (error) {
      await fail(deps, loadNo, entities, error);
      throw error;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

interface Run extends LoadOptions {
  loadNo: number;
  entities: readonly string[];
  scratch: string;
  now: string;
}

async function load(deps: IntakeDeps, source: string, run: Run): Promise<LoadSummary> {
  const inForce = await withOwner(deps.db, contractsInForce);
  const files = await planDelivery(source, inForce.contracts, run.asOf ?? null);
  if (files.length === 0) throw new LoadFault('folder_empty', source);
  const progress = progressOf(deps, run, files);
  const batch = await processDelivery(deps, files, inForce, run, progress.state, progress.tell);
  const before = await publishedManifests(deps);
  const asOf = run.asOf ?? latest([...before.map((manifest) => manifest.as_of), ...batch.newFiles.map((entry) => entry.file.date)]);
  const isMoved = before.length > 0 && asOf !== null && before.some((manifest) => manifest.as_of !== asOf);
  const isNeeded = batch.newFiles.length > 0 || (before.length > 0 && (isMoved || (await withOwner(deps.db, hasNewDecisions))));
  if (!isNeeded || asOf === null) return finishUnchanged(deps, run, batch, asOf, before);
  const names = await readPlaceNames(join(deps.configuration, 'places.csv'));
  const published = await publishLoad(
    { db: deps.db, lake: deps.lake, warehouse: deps.warehouse, contracts: inForce.contracts, names, scratch: run.scratch },
    { ...batch, loadNo: run.loadNo, asOf, now: run.now },
    progress.stage,
    (tx) => closeLoad(tx, run.loadNo, { state: 'published', asOf, now: deps.clock.now().toString(), entities: run.entities }),
  );
  for (const { manifest } of published) await tellReaders(deps, manifest);
  return summaryOf(run.loadNo, 'published', asOf, batch.fileRows, published);
}

function progressOf(deps: IntakeDeps, run: Run, files: readonly Delivered[]) {
  const state: ProgressState = { ...nothing, files_total: files.length, bytes_total: files.reduce((sum, file) => sum + file.bytes, 0) };
  let written = 0;
  const write = async () => {
    written = Date.now();
    await withOwner(deps.db, (tx) => updateProgress(tx, run.loadNo, state));
  };
  const tell = async () => {
    run.onProgress?.(state);
    if (Date.now() - written > 1000) await write();
  };
  const stage = async (name: ProgressState['stage']) => {
    state.stage = name;
    run.onProgress?.(state);
    await write();
  };
  return { state, tell, stage };
}

async function beginLoad(deps: IntakeDeps, options: LoadOptions, name: string, entities: readonly string[], now: string): Promise<number> {
  return withOwner(deps.db, async (tx) => {
    await markInterrupted(tx, now, null);
    if (options.loadNo !== undefined) {
      await tx.query(`update intake.load set state = 'running', started_at = $2 where load_no = $1`, [options.loadNo, now]);
      return options.loadNo;
    }
    return insertLoad(tx, {
      directory: options.label ?? name,
      kind: 'folder',
      state: 'running',
      startedBy: options.startedBy ?? null,
      entities,
      now,
      progress: nothing,
    });
  });
}

/** Puts right what a crash left: manifests that lag behind the commit, scratch files, readers that were not told. */
async function repair(deps: IntakeDeps, loadNo: number): Promise<void> {
  await rm(join(deps.dataFolder, 'work'), { recursive: true, force: true });
  const committed = await withOwner(deps.db, committedManifests);
  for (const [entityId, text] of committed) {
    const manifest = JSON.parse(text) as Manifest;
    if ((await deps.lake.manifest(entityId))?.publication !== manifest.publication) await deps.lake.writeManifest(manifest);
    for (const path of Object.values(manifest.resolved)) {
      if (!existsSync(deps.lake.path(entityId, path))) throw new LoadFault('lake_incomplete', deps.lake.path(entityId, path));
    }
    await tellReaders(deps, manifest);
  }
  const strangers = (await deps.lake.entities()).filter((entityId) => !committed.has(entityId));
  for (const entityId of strangers) await rm(join(deps.lake.folder(entityId), 'manifest.json'), { force: true });
  await withOwner(deps.db, (tx) => markInterrupted(tx, deps.clock.now().toString(), loadNo));
}

/** Tells later readers of a publication once; a crash before they are done makes the next load tell them again. */
async function tellReaders(deps: IntakeDeps, manifest: Manifest): Promise<void> {
  if (!deps.onPublished) return;
  const key = [manifest.entity_id, manifest.publication];
  const [told] = await withOwner(deps.db, (tx) => tx.query('select 1 from intake.told where entity_id = $1 and publication = $2', key));
  if (told) return;
  await deps.onPublished(manifest);
  await withOwner(deps.db, (tx) =>
    tx.query(
      'insert into intake.told (entity_id, publication) values ($1, $2) on conflict (entity_id) do update set publication = excluded.publication',
      key,
    ),
  );
}

async function publishedManifests(deps: IntakeDeps): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const entityId of await deps.lake.entities()) {
    const manifest = await deps.lake.manifest(entityId);
    if (manifest) manifests.push(manifest);
  }
  return manifests;
}

async function finishUnchanged(
  deps: IntakeDeps,
  run: Run,
  batch: Batch,
  asOf: string | null,
  before: readonly Manifest[],
): Promise<LoadSummary> {
  const rows = await withOwner(deps.db, async (tx) => {
    await saveFiles(tx, run.loadNo, batch.fileRows);
    await closeLoad(tx, run.loadNo, { state: 'unchanged', asOf, now: deps.clock.now().toString(), entities: run.entities });
    return tx.query<{ entity_id: string; persons: number; households: number; relations: number }>(
      'select entity_id, persons, households, relations from population.publication',
    );
  });
  const standing = before.map((manifest) => ({
    entityId: manifest.entity_id,
    persons: 0,
    households: 0,
    relations: 0,
    ...rows.find((row) => row.entity_id === manifest.entity_id),
  }));
  return summaryOf(run.loadNo, 'unchanged', asOf, batch.fileRows, standing);
}

function summaryOf(
  loadNo: number,
  state: LoadSummary['state'],
  asOf: string | null,
  rows: readonly FileRow[],
  entities: readonly Pick<PublishedEntity, 'persons' | 'households' | 'relations'>[],
): LoadSummary {
  const sum = (pick: (row: FileRow) => number, of: readonly FileRow[] = rows) => of.reduce((total, row) => total + pick(row), 0);
  const files = [...Map.groupBy(rows, (row) => row.file)].map(([file, shares]) => ({
    file,
    state: shares[0]?.state ?? 'refused',
    rows_in: sum((row) => row.rows_in, shares),
    published: sum((row) => row.published, shares),
    merged: sum((row) => row.merged, shares),
    quarantined: sum((row) => row.quarantined, shares),
    ...(shares[0]?.refusal ? { refusal: { code: shares[0].refusal, detail: shares[0].detail } } : {}),
  }));
  const total = (pick: (entity: (typeof entities)[number]) => number) => entities.reduce((all, entity) => all + pick(entity), 0);
  return {
    load: `L${loadNo}`,
    state,
    as_of: asOf,
    files,
    rows_in: sum((row) => row.rows_in),
    published: sum((row) => row.published),
    merged: sum((row) => row.merged),
    quarantined: sum((row) => row.quarantined),
    persons: total((entity) => entity.persons),
    households: total((entity) => entity.households),
    relations: total((entity) => entity.relations),
  };
}

async function fail(deps: IntakeDeps, loadNo: number, entities: readonly string[], error: unknown): Promise<void> {
  const fault = LoadFault.from(error);
  await withOwner(deps.db, (tx) =>
    closeLoad(tx, loadNo, { state: 'failed', asOf: null, now: deps.clock.now().toString(), entities, zh: fault.zh, en: fault.en }),
  );
}

async function withLoadLock<Result>(deps: IntakeDeps, work: () => Promise<Result>): Promise<Result> {
  const client: pg.PoolClient = await deps.db.pool.connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [loadLock]);
    if (!rows[0]?.locked) throw new LoadFault('load_running', '');
    try {
      return await work();
    } finally {
      await client.query('select pg_advisory_unlock($1)', [loadLock]);
    }
  } finally {
    client.release();
  }
}

function latest(days: readonly string[]): string | null {
  return days.toSorted().at(-1) ?? null;
}
