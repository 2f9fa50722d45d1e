import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { committedManifests } from '#modules/population/index.ts';
import { withOwner, type Tx } from '#platform/postgres/index.ts';
import type { Manifest } from '#platform/warehouse/index.ts';
import { contractsInForce, installContracts, readPlaceNames, type ContractsInForce } from '../contracts/source-contracts.ts';
import type { IntakeDeps } from '../deps.ts';
import { LoadFault } from './load-fault.ts';
import type { Batch } from './process-delivery.ts';
import { publishLoad, type PublishedEntity } from './publish-load.ts';
import {
  closeLoad,
  insertLoad,
  markInterrupted,
  registeredEntities,
  saveFiles,
  updateProgress,
  type FileRow,
  type ProgressState,
} from './store.ts';

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

/** What a load is called and who asked for it. */
export interface LoadOrder {
  kind: 'folder' | 'reload';
  directory: string;
  startedBy?: string | undefined;
  /** Number of the load that was announced when it was asked for. */
  loadNo?: number | undefined;
  onProgress?: ((progress: ProgressState) => void) | undefined;
}

/** A load under way. */
export interface Run {
  loadNo: number;
  /** Registered legal entities. */
  entities: readonly string[];
  inForce: ContractsInForce;
  /** Folder for scratch files; gone when the load ends. */
  scratch: string;
  now: string;
  progress: ProgressState;
  /** Shows the progress; written to the database at most once a second. */
  tell: () => Promise<void>;
}

/** Any number; it keeps one load at a time over all servers of an installation. */
export const loadLock = 7_110_020;
const nothing: ProgressState = { stage: 'files', files_done: 0, files_total: 0, rows_done: 0, bytes_done: 0, bytes_total: 0 };

/**
 * Everything around a load: one at a time, what a crash left behind is put right first, the outcome is written down, scratch files go.
 * Throws LoadFault when nothing can be loaded.
 */
export async function conductLoad(deps: IntakeDeps, order: LoadOrder, work: (run: Run) => Promise<LoadSummary>): Promise<LoadSummary> {
  return withLoadLock(deps, async () => {
    const now = deps.clock.now().toString();
    await withOwner(deps.db, (tx) => installContracts(tx, join(deps.configuration, 'sources'), now));
    const entities = await withOwner(deps.db, registeredEntities);
    if (entities.length === 0) throw new LoadFault('no_entity', '');
    const loadNo = await beginLoad(deps, order, entities, now);
    const scratch = join(deps.dataFolder, 'work', `load-${loadNo}`);
    try {
      await repair(deps, loadNo);
      await mkdir(scratch, { recursive: true });
      const inForce = await withOwner(deps.db, contractsInForce);
      const progress = { ...nothing };
      return await work({ loadNo, entities, inForce, scratch, now, progress, tell: teller(deps, loadNo, progress, order.onProgress) });
    } catch (error) {
      const fault = LoadFault.from(error);
      await withOwner(deps.db, (tx) =>
        closeLoad(tx, loadNo, { state: 'failed', asOf: null, now: deps.clock.now().toString(), entities, zh: fault.zh, en: fault.en }),
      );
      throw fault;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

function teller(deps: IntakeDeps, loadNo: number, progress: ProgressState, show: LoadOrder['onProgress']): () => Promise<void> {
  let written = 0;
  let stage = progress.stage;
  return async () => {
    show?.(progress);
    const now = performance.now();
    if (now - written < 1000 && stage === progress.stage) return;
    [written, stage] = [now, progress.stage];
    await withOwner(deps.db, (tx) => updateProgress(tx, loadNo, progress));
  };
}

/** Announces a load or takes up one that was announced. */
export async function announceLoad(tx: Tx, order: LoadOrder, entities: readonly string[], now: string): Promise<number> {
  const { directory, kind, startedBy = null } = order;
  return insertLoad(tx, { directory, kind, state: 'waiting', startedBy, entities, now, progress: nothing });
}

/** A load that could not even begin says why. When the database itself is gone nothing can be written, and the row reads as interrupted later. */
export async function failAnnounced(deps: IntakeDeps, loadNo: number, fault: LoadFault): Promise<void> {
  const now = deps.clock.now().toString();
  await withOwner(deps.db, (tx) =>
    tx.query(
      `update intake.load set state = 'failed', finished_at = $2, message_zh = $3, message_en = $4 where load_no = $1 and state in ('waiting', 'running')`,
      [loadNo, now, fault.zh, fault.en],
    ),
  ).catch(() => undefined);
}

async function beginLoad(deps: IntakeDeps, order: LoadOrder, entities: readonly string[], now: string): Promise<number> {
  return withOwner(deps.db, async (tx) => {
    await markInterrupted(tx, now, null);
    const loadNo = order.loadNo ?? (await announceLoad(tx, order, entities, now));
    await tx.query(`update intake.load set state = 'running', started_at = $2 where load_no = $1`, [loadNo, now]);
    return loadNo;
  });
}

/** Publishes what a batch gives and tells later readers. */
export async function publishBatch(
  deps: IntakeDeps,
  run: Run,
  batch: Batch,
  asOf: string,
  finish: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<LoadSummary> {
  const names = await readPlaceNames(join(deps.configuration, 'places.csv'));
  const published = await publishLoad(
    { db: deps.db, lake: deps.lake, warehouse: deps.warehouse, contracts: run.inForce.contracts, names, scratch: run.scratch },
    { ...batch, loadNo: run.loadNo, asOf, now: run.now },
    async (stage) => {
      run.progress.stage = stage;
      await run.tell();
    },
    async (tx) => {
      await finish(tx);
      await closeLoad(tx, run.loadNo, { state: 'published', asOf, now: deps.clock.now().toString(), entities: run.entities });
    },
  );
  for (const { manifest } of published) await tellReaders(deps, manifest);
  return summaryOf(run.loadNo, 'published', asOf, batch.fileRows, published);
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

export async function publishedManifests(deps: IntakeDeps): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const entityId of await deps.lake.entities()) {
    const manifest = await deps.lake.manifest(entityId);
    if (manifest) manifests.push(manifest);
  }
  return manifests;
}

/** Writes down that a load brought nothing new. */
export async function finishUnchanged(
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

/** The lock ends with its transaction, and so with the process; nothing else is done in it. */
async function withLoadLock<Result>(deps: IntakeDeps, work: () => Promise<Result>): Promise<Result> {
  return withOwner(deps.db, async (tx) => {
    const [lock] = await tx.query<{ locked: boolean }>('select pg_try_advisory_xact_lock($1) as locked', [loadLock]);
    if (!lock?.locked) throw new LoadFault('load_running', '');
    return work();
  });
}

/** The last of some days. */
export function latest(days: readonly string[]): string | null {
  return days.toSorted().at(-1) ?? null;
}
