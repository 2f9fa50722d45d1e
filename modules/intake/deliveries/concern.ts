import type { FileFault } from './control-file.ts';
import type { Standing } from './standing.ts';

/**
 * Which legal entities a file concerns, and whether it may take the place of what stands for them. File names do not say whose a file is and
 * entities use the same ones, so only rows, the order (`stated`) and the folder can. Everything here errs towards leaving what stands.
 */

/** The same content again: the entities it stands for, or null when it has to be read. */
export function unchangedFor(
  file: { md5: string; version: number },
  standing: readonly Standing[],
  owners: readonly string[],
  stated: readonly string[],
): readonly string[] | null {
  const same = standing.filter((row) => row.md5 === file.md5 && row.contract_version === file.version);
  const holders = same.map((row) => row.entity_id).filter((entityId) => stated.length === 0 || stated.includes(entityId));
  const named = same.find((row) => row.is_named)?.entities;
  if (named) {
    const wanted = stated.length === 0 ? holders : named.filter((entityId) => stated.includes(entityId));
    return wanted.length > 0 && wanted.every((entityId) => holders.includes(entityId)) ? wanted : null;
  }
  // Files without a row look alike whoever sent them.
  return owners.length > 0 && owners.every((entityId) => holders.includes(entityId)) ? owners : null;
}

/**
 * Why a file whose rows name these entities may not be published. An order that states entities takes no others. Without one, a file may
 * replace one earlier file, and only for entities that this one stood for: two banks' files never fall into one by a stray row.
 */
export function concernFault(
  rowsByEntity: ReadonlyMap<string, number>,
  standing: readonly Standing[],
  stated: readonly string[],
): FileFault | null {
  const named = [...rowsByEntity.keys()];
  const strangers = named.filter((entityId) => stated.length > 0 && !stated.includes(entityId));
  if (strangers.length > 0) return { code: 'other_entity', detail: countsOf(rowsByEntity, strangers) };
  if (stated.length > 0) return null;
  const replaced = standing.filter((row) => named.includes(row.entity_id));
  const [first] = replaced;
  if (!first) return null;
  const isOneFile = replaced.every((row) => isSameFile(row, first)) && named.every((entityId) => first.entities.includes(entityId));
  return isOneFile ? null : { code: 'mixed_entities', detail: countsOf(rowsByEntity, named) };
}

/** Entities that the replaced files stood for and that this one says nothing about; their earlier rows stand. */
export function leftOut(entities: readonly string[], standing: readonly Standing[]): string[] {
  const replaced = standing.filter((row) => entities.includes(row.entity_id));
  return standing
    .filter((row) => !entities.includes(row.entity_id) && replaced.some((other) => isSameFile(row, other)))
    .map((row) => row.entity_id)
    .toSorted();
}

const isSameFile = (a: Standing, b: Standing): boolean => a.load_no === b.load_no && a.file === b.file;

/** `320723: 1200, 320799: 1`: a stray row shows itself by its number. */
const countsOf = (rows: ReadonlyMap<string, number>, entities: readonly string[]): string =>
  entities
    .toSorted()
    .map((entityId) => `${entityId}: ${rows.get(entityId) ?? 0}`)
    .join(', ');
