import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { writeWhole } from '#platform/files/index.ts';
import { listLiteral, nameLiteral } from './text.ts';

/** One published file of one day, relative to the entity's folder. */
export interface LakeFile {
  source: string;
  /** Day of the file, `YYYY-MM-DD`. */
  date: string;
  mode: 'full' | 'delta';
  /** What stands beside others of the same day: a sequence number, a township; rows put right afterwards have `<part>+<n>`. */
  part: string;
  path: string;
  rows: number;
  /** Of the delivered file. */
  md5: string;
  file: string;
}

/** How the files of a source make up its state at a day. */
export interface LakeSource {
  /** Columns that identify a row; a later delta row replaces the row with the same key. */
  key: string[];
  /** `state`: a full file replaces everything before it. `month`: every full file stands for its own month, and history is all of them. */
  period: 'state' | 'month';
  /** `part`: a full file replaces earlier files of its own part only (one file a township). */
  replaces: 'source' | 'part';
}

/** What is published for one legal entity. Files that it does not name are unfinished or outdated and are never read. */
export interface Manifest {
  entity_id: string;
  /** Counts publications of this entity from 1. */
  publication: number;
  as_of: string;
  sources: Record<string, LakeSource>;
  files: LakeFile[];
  /** persons, households, members, relations, customers, aliases → path. */
  resolved: Record<string, string>;
}

export interface Lake {
  readonly root: string;
  folder(entityId: string): string;
  /** Absolute path of a file named by a manifest. */
  path(entityId: string, relativePath: string): string;
  /** Null when nothing was published yet. */
  manifest(entityId: string): Promise<Manifest | null>;
  writeManifest(manifest: Manifest): Promise<void>;
  entities(): Promise<string[]>;
}

export function openLake(dataFolder: string): Lake {
  const root = join(dataFolder, 'lake');
  const folder = (entityId: string) => join(root, safeName(entityId));
  const manifestPath = (entityId: string) => join(folder(entityId), 'manifest.json');
  return {
    root,
    folder,
    path: (entityId, relativePath) => join(folder(entityId), relativePath),
    async manifest(entityId) {
      const path = manifestPath(entityId);
      if (!existsSync(path)) return null;
      return JSON.parse(await readFile(path, 'utf8')) as Manifest;
    },
    async writeManifest(manifest) {
      await mkdir(folder(manifest.entity_id), { recursive: true });
      await writeWhole(manifestPath(manifest.entity_id), manifestText(manifest));
    },
    async entities() {
      if (!existsSync(root)) return [];
      const entries = await readdir(root, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'manifest.json')))
        .map((entry) => entry.name);
    },
  };
}

/** The manifest as it stands in its file. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

function safeName(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(name)) throw new RangeError(`${JSON.stringify(name)} cannot name a folder of the lake`);
  return name;
}

/** The files that make up the state of a source at the end of a day: the full ones, and the later deltas in order. */
export function stateFiles(manifest: Manifest, source: string, asOf: string): { full: LakeFile[]; deltas: LakeFile[] } {
  const shape = manifest.sources[source];
  const files = manifest.files.filter((file) => file.source === source && file.date <= asOf);
  const fulls = files.filter((file) => file.mode === 'full');
  const deltas = files.filter((file) => file.mode === 'delta').toSorted(byDayAndPart);
  if (shape?.period === 'month') return { full: fulls.toSorted(byDayAndPart), deltas: [] };
  const group = (file: LakeFile) => (shape?.replaces === 'part' ? wholePart(file.part) : '');
  const latest = new Map<string, string>();
  for (const file of fulls) if (file.date > (latest.get(group(file)) ?? '')) latest.set(group(file), file.date);
  return {
    full: fulls.filter((file) => file.date === latest.get(group(file))).toSorted(byDayAndPart),
    deltas: deltas.filter((file) => file.date > (latest.get(group(file)) ?? '')),
  };
}

const wholePart = (part: string) => part.split('+', 1)[0] ?? part;
const byDayAndPart = (a: LakeFile, b: LakeFile) => compare(a.date, b.date) || compare(a.part, b.part);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A DuckDB query for the state of a source at the end of a day, one row a key; null when no file was published by then, which is
 * something else than an empty file. Rows carry their columns and `file_row`.
 */
export function stateQuery(lake: Lake, manifest: Manifest, source: string, asOf: string): string | null {
  const { full, deltas } = stateFiles(manifest, source, asOf);
  if (full.length + deltas.length === 0) return null;
  const scan = (files: LakeFile[]) =>
    `read_parquet(${listLiteral(files.map((file) => lake.path(manifest.entity_id, file.path)))}, union_by_name = true)`;
  if (deltas.length === 0) return `select * from ${scan(full)}`;
  const key = (manifest.sources[source]?.key ?? []).map(nameLiteral).join(', ');
  // Each delta in turn replaces the keys it names; the last file that knows a key wins.
  const layers = deltas.map((file, index) => `select *, ${index + 1} as layer from ${scan([file])}`);
  const latest = `select * exclude (layer) from (${layers.join(' union all by name ')}) qualify row_number() over (partition by ${key} order by layer desc, file_row desc) = 1`;
  if (full.length === 0) return latest;
  return `with changed as materialized (${latest}) select * from ${scan(full)} as base anti join changed using (${key}) union all by name select * from changed`;
}

/** Removes files below the entity's `typed` and `resolved` folders that none of the manifests names; answers how many. */
export async function sweepLake(lake: Lake, entityId: string, keep: readonly (Manifest | null)[]): Promise<number> {
  const named = new Set(
    keep.flatMap((manifest) => (manifest ? [...manifest.files.map((file) => file.path), ...Object.values(manifest.resolved)] : [])),
  );
  let removed = 0;
  for (const part of ['typed', 'resolved']) {
    const top = join(lake.folder(entityId), part);
    if (!existsSync(top)) continue;
    const entries = await readdir(top, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || named.has(relative(lake.folder(entityId), path).split(sep).join('/'))) continue;
      await rm(path, { force: true });
      removed++;
    }
    for (const entry of entries.filter((found) => found.isDirectory()).toReversed())
      await removeIfEmpty(join(entry.parentPath, entry.name));
  }
  return removed;
}

async function removeIfEmpty(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length === 0) await rmdir(folder);
}
