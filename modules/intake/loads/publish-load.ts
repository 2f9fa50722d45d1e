import { join } from 'node:path';
import { withOwner, type Database, type Tx } from '#platform/postgres/index.ts';
import {
  manifestText,
  sweepLake,
  textLiteral,
  type Lake,
  type LakeFile,
  type Manifest,
  type Warehouse,
  type WarehouseSession,
} from '#platform/warehouse/index.ts';
import { publishPopulation } from '#modules/population/index.ts';
import type { SourceContract } from '../contracts/contract-schema.ts';
import { replacesPart } from '../contracts/file-name.ts';
import { saveDelivery, type DeliveryRow } from '../deliveries/standing.ts';
import { decidedPairs, replaceCandidates } from '../identity/pairs.ts';
import type { PlaceNames } from '../identity/resolve-places.ts';
import { resolvePopulation, type Resolved } from '../identity/resolve.ts';
import { insertQuarantine, quarantineColumns, supersedeQuarantine } from '../quarantine/held-rows.ts';
import { saveFiles, saveResult, type FileRow } from './store.ts';

/** A typed file that a load brings for one entity, and the delivery it stands for. */
export interface NewFile {
  entityId: string;
  file: LakeFile;
}

/** Parquet of QuarantinedRow, and the file that its rows stood in. */
export type QuarantineFile = { path: string } & Pick<DeliveryRow, 'file' | 'source' | 'file_date' | 'mode' | 'part'>;

export interface LoadOutcome {
  loadNo: number;
  /** Day of every legal entity that is published; nobody else's state is touched. */
  days: ReadonlyMap<string, string>;
  now: string;
  newFiles: readonly NewFile[];
  quarantine: readonly QuarantineFile[];
  deliveries: readonly DeliveryRow[];
  fileRows: readonly FileRow[];
}

export interface PublishDeps {
  db: Database;
  lake: Lake;
  warehouse: Warehouse;
  contracts: readonly SourceContract[];
  names: PlaceNames;
  scratch: string;
}

export interface PublishedEntity {
  entityId: string;
  manifest: Manifest;
  persons: number;
  households: number;
  relations: number;
  resolved: Resolved;
}

/**
 * Resolves every legal entity that is due and publishes all of it in one transaction: population, file counts, quarantine, deliveries and the
 * manifests. The manifest files follow the commit; if the process dies in between, the next load writes them from the database.
 */
export async function publishLoad(
  deps: PublishDeps,
  outcome: LoadOutcome,
  onStage: (stage: 'resolve' | 'publish') => Promise<void>,
  finish: (tx: Tx) => Promise<void>,
): Promise<PublishedEntity[]> {
  const manifests = await nextManifests(deps, outcome);
  await onStage('resolve');
  const ready: { manifest: Manifest; resolved: Resolved }[] = [];
  for (const manifest of manifests) ready.push({ manifest, resolved: await resolveEntity(deps, manifest) });
  const csvFiles = await deps.warehouse.session((session) => writeQuarantineCsv(session, outcome, deps.scratch));
  await onStage('publish');
  const published = await withOwner(deps.db, async (tx) => {
    const entities: PublishedEntity[] = [];
    for (const { manifest, resolved } of ready) entities.push(await publishEntity(tx, outcome, manifest, resolved));
    await saveFiles(tx, outcome.loadNo, outcome.fileRows);
    for (const delivery of outcome.deliveries) {
      await saveDelivery(tx, outcome.loadNo, delivery);
      await supersedeQuarantine(tx, outcome.loadNo, delivery);
    }
    await insertQuarantine(tx, csvFiles);
    await finish(tx);
    return entities;
  });
  for (const { manifest } of published) await swapManifest(deps.lake, manifest);
  return published;
}

async function publishEntity(tx: Tx, outcome: LoadOutcome, manifest: Manifest, resolved: Resolved): Promise<PublishedEntity> {
  const rows = await publishPopulation(tx, {
    entityId: manifest.entity_id,
    number: manifest.publication,
    asOf: manifest.as_of,
    publishedAt: outcome.now,
    manifest: manifestText(manifest),
    files: resolved.csv,
  });
  await replaceCandidates(tx, manifest.entity_id, resolved.candidates);
  const figures = { persons: rows.person, households: rows.household, relations: rows.relation };
  await saveResult(tx, outcome.loadNo, {
    entityId: manifest.entity_id,
    asOf: manifest.as_of,
    ...figures,
    identity: resolved.identity,
  });
  return { entityId: manifest.entity_id, manifest, ...figures, resolved };
}

async function resolveEntity(deps: PublishDeps, manifest: Manifest): Promise<Resolved> {
  const decided = await withOwner(deps.db, (tx) => decidedPairs(tx, manifest.entity_id));
  const resolved = await deps.warehouse.session((session) =>
    resolvePopulation({
      session,
      lake: deps.lake,
      manifest,
      contracts: deps.contracts,
      asOf: manifest.as_of,
      names: deps.names,
      decided,
      scratch: deps.scratch,
    }),
  );
  manifest.resolved = resolved.resolved;
  return resolved;
}

/** The manifests as they will be: of each entity's files, those it delivered anew take the place of their predecessors. */
async function nextManifests(deps: PublishDeps, outcome: LoadOutcome): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const [entityId, asOf] of [...outcome.days].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const before = await deps.lake.manifest(entityId);
    const replaced = new Set(
      outcome.deliveries
        .filter((row) => row.entity_id === entityId)
        .map((row) => [row.source, row.file_date, row.mode, row.part].join('|')),
    );
    const isReplaced = (file: LakeFile) => replaced.has([file.source, file.date, file.mode, file.part.split('+', 1)[0]].join('|'));
    const kept = (before?.files ?? []).filter((file) => !isReplaced(file));
    const added = outcome.newFiles.filter((entry) => entry.entityId === entityId).map((entry) => entry.file);
    manifests.push({
      entity_id: entityId,
      publication: (before?.publication ?? 0) + 1,
      as_of: asOf,
      sources: sourceShapes(deps.contracts),
      files: [...kept, ...added].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      resolved: {},
    });
  }
  return manifests;
}

function sourceShapes(contracts: readonly SourceContract[]): Manifest['sources'] {
  return Object.fromEntries(
    contracts.map((contract) => [
      contract.source,
      { key: contract.load.key, period: contract.load.period, replaces: replacesPart(contract) ? ('part' as const) : ('source' as const) },
    ]),
  );
}

async function writeQuarantineCsv(session: WarehouseSession, outcome: LoadOutcome, scratch: string): Promise<string[]> {
  const files: string[] = [];
  for (const [index, { path, ...place }] of outcome.quarantine.entries()) {
    const target = join(scratch, `quarantine-${index}.csv`);
    const constants = `${outcome.loadNo} as load_no, ${textLiteral(place.file)} as file, ${textLiteral(place.source)} as source, ${textLiteral(place.file_date)} as file_date,
      ${textLiteral(place.mode)} as mode, ${textLiteral(place.part)} as part`;
    // Everything in quotes: an unquoted empty line would read as NULL.
    await session.run(`copy (select ${quarantineColumns.join(', ')} from (select *, ${constants} from read_parquet(${textLiteral(path)})))
      to ${textLiteral(target)} (format csv, header false, force_quote (raw_line))`);
    files.push(target);
  }
  return files;
}

/** Writes the manifest and removes what neither it nor its predecessor names, so that a reader in the middle of the old state can finish. */
async function swapManifest(lake: Lake, manifest: Manifest): Promise<void> {
  const before = await lake.manifest(manifest.entity_id);
  await lake.writeManifest(manifest);
  await sweepLake(lake, manifest.entity_id, [manifest, before]);
}
