export { canonicalJson } from './canonical.ts';
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

export { csvLine } from './csv.ts';

/** The folder everything of this installation lives in: `QIANMO_DATA`, else `./data`. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment['QIANMO_DATA'] || 'data');
}

/** Writes the whole file or nothing: a crash or a full disk leaves the earlier content. */
export async function writeWhole(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    const file = await open(draft, 'w', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
