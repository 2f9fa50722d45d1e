import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { refuse } from '#platform/http/index.ts';
import { refusals } from '../contract.ts';

/** Loads from the console read folders below `<data>/inbox` only; the command line may name any folder. */
export const inboxFolder = (dataFolder: string): string => join(dataFolder, 'inbox');

/** The folder a request means. Refuses: directory_outside, also for links that lead out, and directory_missing. */
export function folderInInbox(dataFolder: string, directory: string): string {
  const inbox = inboxFolder(dataFolder);
  const wanted = resolve(inbox, directory);
  if (directory.includes('\0') || !isInside(inbox, wanted)) throw refuse(refusals, 'directory_outside');
  if (!existsSync(wanted)) throw refuse(refusals, 'directory_missing');
  if (!isInside(realpathSync(inbox), realpathSync(wanted))) throw refuse(refusals, 'directory_outside');
  return wanted;
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
