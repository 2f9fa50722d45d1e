import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { refuse } from '#platform/http/index.ts';
import { refusals } from '../contract.ts';

/** Loads from the console read folders below `<data>/inbox` only; the command line may name any folder. */
export const inboxFolder = (dataFolder: string): string => join(dataFolder, 'inbox');

/** The folder a request means, or why there is none; links that lead out of the inbox lead outside. */
export function findInInbox(
  dataFolder: string,
  directory: string,
): { path: string } | { refusal: 'directory_outside' | 'directory_missing' } {
  const inbox = inboxFolder(dataFolder);
  const wanted = resolve(inbox, directory);
  if (directory.includes('\0') || !isInside(inbox, wanted)) return { refusal: 'directory_outside' };
  if (!existsSync(wanted)) return { refusal: 'directory_missing' };
  return isInside(realpathSync(inbox), realpathSync(wanted)) ? { path: wanted } : { refusal: 'directory_outside' };
}

/** Refuses: directory_outside, directory_missing. */
export function requireInInbox(dataFolder: string, directory: string): void {
  const found = findInInbox(dataFolder, directory);
  if ('refusal' in found) throw refuse(refusals, found.refusal);
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !way.startsWith(sep));
}

export interface InboxFolder {
  directory: string;
  files: number;
  bytes: number;
}

/** Folders of the inbox that hold files, the inbox itself as `.`. */
export async function listInbox(dataFolder: string): Promise<InboxFolder[]> {
  const inbox = inboxFolder(dataFolder);
  await mkdir(inbox, { recursive: true });
  const entries = await readdir(inbox, { withFileTypes: true });
  const names = ['.', ...entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)];
  const folders: InboxFolder[] = [];
  for (const directory of names.toSorted()) {
    const outer = join(inbox, directory);
    const inner = join(outer, 'in');
    const folder = existsSync(inner) ? inner : outer;
    const files = (await readdir(folder, { withFileTypes: true })).filter(
      (entry) => entry.isFile() && !entry.name.endsWith('.ok') && !entry.name.startsWith('.'),
    );
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file.name))).size));
    if (files.length > 0) folders.push({ directory, files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) });
  }
  return folders;
}
