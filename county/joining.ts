import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { partFile } from './extracts.ts';

export type Joined = { bytes: number; md5: string };

/** Puts the parts of one file together in order, under an optional header line, and removes them. */
export function joinParts(folder: string, file: string, parts: readonly string[], target: string, header: string | null): Joined {
  const descriptor = openSync(target, 'w');
  const hash = createHash('md5');
  let bytes = 0;
  const write = (chunk: Buffer) => {
    for (let done = 0; done < chunk.length;) done += writeSync(descriptor, chunk, done, chunk.length - done);
    hash.update(chunk);
    bytes += chunk.length;
  };
  if (header !== null) write(Buffer.from(`${header}\n`));
  for (const part of parts) {
    const path = join(folder, partFile(file, part));
    if (!existsSync(path)) continue;
    write(readFileSync(path));
    rmSync(path);
  }
  closeSync(descriptor);
  return { bytes, md5: hash.digest('hex') };
}

/** Writes the control file that says a data file is complete. `rows` counts data rows, a header is none. */
export function writeControl(target: string, control: { file: string; rows: number; date: string; encoding: string } & Joined): void {
  const { file, rows, bytes, date, encoding, md5 } = control;
  writeFileSync(`${target}.ok`, `file=${file}\nrows=${rows}\nbytes=${bytes}\ndate=${date}\nencoding=${encoding}\nmd5=${md5}\n`);
}
