import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceContract } from '../contracts/contract-schema.ts';
import { readFileName, type FileIdentity } from '../contracts/file-name.ts';
import { checkPromise, parseControlFile, type ControlFile, type FileFault } from './control-file.ts';

/** A file found in the folder, with what can be said before reading it. */
export interface Delivered {
  name: string;
  path: string;
  bytes: number;
  identity: FileIdentity | null;
  /** Set when the name fits exactly one contract and names a day. */
  date: string | null;
  control: ControlFile | null;
  fault: FileFault | null;
}

/** The folder that holds the extracts: a delivery may keep them apart from other things in a subfolder `in`. */
export function deliveryFolder(folder: string): string {
  const inner = join(folder, 'in');
  return existsSync(inner) ? inner : folder;
}

/** Looks at every file of the folder, by name. Control files belong to their data files; hidden and unfinished (`.tmp`, `.part`) ones are passed over. */
export async function planDelivery(folder: string, contracts: readonly SourceContract[], asOf: string | null): Promise<Delivered[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !/^\.|\.(?:ok|tmp|part)$/.test(entry.name)).map((entry) => entry.name);
  const found: Delivered[] = [];
  for (const name of names.toSorted()) found.push(await inspect(folder, name, contracts, asOf));
  return refuseTwins(found);
}

async function inspect(folder: string, name: string, contracts: readonly SourceContract[], asOf: string | null): Promise<Delivered> {
  const path = join(folder, name);
  const bytes = (await stat(path)).size;
  const matches = readFileName(name, contracts);
  const identity = matches[0] ?? null;
  const none = { name, path, bytes, identity, date: identity?.date ?? null, control: null };
  if (!identity) return { ...none, fault: { code: 'unknown_file', detail: name } };
  if (matches.length > 1)
    return { ...none, fault: { code: 'ambiguous_file', detail: matches.map((match) => match.contract.source).join(', ') } };
  if (identity.date === null) return { ...none, fault: { code: 'file_date', detail: name } };
  if (!identity.contract.load.modes.includes(identity.mode)) return { ...none, fault: { code: 'mode', detail: identity.mode } };
  if (asOf !== null && identity.date > asOf) return { ...none, fault: { code: 'future_file', detail: `${identity.date} > ${asOf}` } };
  if (identity.format.control === 'none') return { ...none, fault: null };
  const controlPath = `${path}.ok`;
  if (!existsSync(controlPath)) return { ...none, fault: { code: 'control_missing', detail: `${name}.ok` } };
  const control = parseControlFile(await readFile(controlPath, 'utf8'));
  if ('code' in control) return { ...none, fault: control };
  // A workbook declares its own encoding inside.
  const encoding = identity.format.format === 'delimited' ? identity.format.encoding : control.encoding;
  return { ...none, control, fault: checkPromise(control, { name, bytes, date: identity.date, encoding }) };
}

/** What a delivery stands for; of two files that stand for the same, neither can be preferred. */
export function deliveryKey(identity: FileIdentity): string {
  return [identity.contract.source, identity.date, identity.mode, identity.part].join('|');
}

function refuseTwins(files: Delivered[]): Delivered[] {
  const claims = Map.groupBy(
    files.filter((file) => file.identity !== null && file.fault === null),
    (file) => deliveryKey(file.identity as FileIdentity),
  );
  const twins = new Set([...claims.values()].filter((claim) => claim.length > 1).flat());
  return files.map((file) => (twins.has(file) ? { ...file, fault: { code: 'duplicate_file', detail: file.name } as const } : file));
}
