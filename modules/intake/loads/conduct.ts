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
  beginTry,
  closeLoad,
  failTry,
  insertLoad,
  markInterrupted,
  registeredEntities,
  saveFiles,
  updateProgress,
  type FileRow,
  type ProgressState,
  type Try,
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
    /** Legal entities that the replaced file stood for and this one says nothing about: their earlier rows stand. */
    left_out?: string[];
  }[];
  rows_in: number;
  published: number;
  merged: number;
  quarantined: number;
  persons: number;
  households: number;
  relations: number;
}

/** A try at a load that was asked for and waits as a job. */
export interface AskedTry {
  loadNo: number;
  triesLeft: number;
}

/** What a load is called, whom it is for and who asked for it. */
export interface LoadOrder {
  kind: 'folder' | 'reload';
  directory: string;
  /** Legal entities it is for; none = whoever its files are about. */
  entities?: readonly string[] | undefined;
  startedBy?: string | undefined;
  asked?: AskedTry | undefined;
  onProgress?: ((progress: ProgressState) => void) | undefined;
}

/** A load under way. */
export interface Run extends Try {
  /** Registered legal entities. */
  entities: readonly string[];
  /** Those it is for; none = whoever its files are about. */
  stated: readonly string[];
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
  return withLoadLock(deps, order.asked !== undefined, async () => {
    const now = deps.clock.now().toString();
    const entities = await withOwner(deps.db, registeredEntities);
    const begun = await beginLoad(deps, order, entities, now);
    const scratch = join(deps.dataFolder, 'work', `load-${begun.loadNo}`);
    try {
      const stated = order.entities ?? [];
      requireRegistered(entities, stated);
      await withOwner(deps.db, (tx) => installContracts(tx, join(deps.configuration, 'sources'), now));
      await repair(deps);
      await mkdir(scratch, { recursive: true });
      const inForce = await withOwner(deps.db, contractsInForce);
      const progress = { ...nothing };
      const tell = teller(deps, begun, progress, order.onProgress);
      return await work({ ...begun, entities, stated, inForce, scratch, now, progress, tell });
    } catch (error) {
      const fault = LoadFault.from(error, deps.dataFolder);
      await noteFault(deps, begun, order, fault);
      throw fault;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

function requireRegistered(registered: readonly string[], stated: readonly string[]): void {
  const stranger = stated.find((entityId) => !registered.includes(entityId));
  if (stranger !== undefined) throw new LoadFault('unknown_entity', `${stranger}; ${registered.join(', ')}`);
  if (registered.length === 0) throw new LoadFault('no_entity', '');
}

/** A database that cannot take the note either leaves the load `running`, which reads as interrupted; the first fault says more than the second. */
async function noteFault(deps: IntakeDeps, begun: Try, order: LoadOrder, fault: LoadFault): Promise<void> {
  const isTriedAgain = fault.isOfMachine && (order.asked?.triesLeft ?? 0) > 0;
  const why = { zh: fault.zh, en: fault.en, now: deps.clock.now().toString(), isTriedAgain };
  await withOwner(deps.db, (tx) => failTry(tx, begun, why)).catch(() => undefined);
}

function teller(deps: IntakeDeps, begun: Try, progress: ProgressState, show: LoadOrder['onProgress']): () => Promise<void> {
  let written = 0;
  let stage = progress.stage;
  return async () => {
    show?.(progress);
    const now = performance.now();
    if (now - written < 1000 && stage === progress.stage) return;
    [written, stage] = [now, progress.stage];
    await withOwner(deps.db, (tx) => updateProgress(tx, begun, progress));
  };
}

export async function announceLoad(tx: Tx, order: LoadOrder, registered: readonly string[], now: string): Promise<number> {
  const { directory, kind, startedBy = null, entities = registered } = order;
  return insertLoad(tx, { directory, kind, state: 'waiting', startedBy, entities, now, progress: nothing });
}

/** Announces a load or takes up one that was announced. */
async function beginLoad(deps: IntakeDeps, order: LoadOrder, registered: readonly string[], now: string): Promise<Try> {
  return withOwner(deps.db, async (tx) => {
    await markInterrupted(tx, now, order.asked?.loadNo ?? null);
    const loadNo = order.asked?.loadNo ?? (await announceLoad(tx, order, registered, now));
    const begun = await beginTry(tx, loadNo, now, order.asked?.triesLeft ?? 0);
    if (!begun) throw new Error(`L${loadNo} has ended and cannot be begun`);
    return begun;
  });
}

/** Publishes what a batch gives and tells later readers. */
export async function publishBatch(
  deps: IntakeDeps,
  run: Run,
  batch: Batch,
  days: ReadonlyMap<string, string>,
  finish: (tx: Tx) => Promise<void> = async () => undefined,
): Promise<LoadSummary> {
  const names = await readPlaceNames(join(deps.configuration, 'places.csv'));
  const asOf = latest([...days.values()]);
  const published = await publishLoad(
    { db: deps.db, lake: deps.lake, warehouse: deps.warehouse, contracts: run.inForce.contracts, names, scratch: run.scratch },
    { ...batch, loadNo: run.loadNo, days, now: run.now },
    async (stage) => {
      run.progress.stage = stage;
      await run.tell();
    },
    async (tx) => {
      await finish(tx);
      await closeLoad(tx, run, { state: 'published', asOf, now: deps.clock.now().toString(), entities: readersOf(batch) });
    },
  );
  for (const { manifest } of published) await tellReaders(deps, manifest);
  return summaryOf(run.loadNo, 'published', asOf, batch.fileRows, published);
}

/** Legal entities that see the load: those it concerns and those of whose files it says something. */
const readersOf = (batch: Batch): string[] => [...new Set([...batch.entities, ...batch.fileRows.map((row) => row.entity_id)])].toSorted();

/** Does what a load left undone that died after it had published. */
export async function finishPublished(deps: IntakeDeps): Promise<void> {
  await withLoadLock(deps, true, () => repair(deps));
}

/** Puts right what a crash left: manifests that lag behind the commit, scratch files, readers that were not told. */
async function repair(deps: IntakeDeps): Promise<void> {
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
export async function finishUnchanged(deps: IntakeDeps, run: Run, batch: Batch, before: readonly Manifest[]): Promise<LoadSummary> {
  const asOf = latest(before.map((manifest) => manifest.as_of));
  const rows = await withOwner(deps.db, async (tx) => {
    await saveFiles(tx, run.loadNo, batch.fileRows);
    await closeLoad(tx, run, { state: 'unchanged', asOf, now: deps.clock.now().toString(), entities: readersOf(batch) });
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
    ...leftOutOf(shares),
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

function leftOutOf(shares: readonly FileRow[]): { left_out?: string[] } {
  const forgotten = shares.filter((row) => row.note === 'left_out').map((row) => row.entity_id);
  return forgotten.length > 0 ? { left_out: forgotten } : {};
}

/**
 * The lock ends with its transaction, and so with the process; nothing else is done in it. A person at the command line is told that a load is
 * running; a job waits its turn.
 */
async function withLoadLock<Result>(deps: IntakeDeps, isPatient: boolean, work: () => Promise<Result>): Promise<Result> {
  return withOwner(deps.db, async (tx) => {
    if (isPatient) await tx.query('select pg_advisory_xact_lock($1)', [loadLock]);
    else {
      const [lock] = await tx.query<{ locked: boolean }>('select pg_try_advisory_xact_lock($1) as locked', [loadLock]);
      if (!lock?.locked) throw new LoadFault('load_running', '');
    }
    return work();
  });
}

/** The last of some days. */
export function latest(days: readonly string[]): string | null {
  return days.toSorted().at(-1) ?? null;
}
