import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { layoutOf } from './contracts.ts';
import { partFile, type SinkReport } from './extracts.ts';
import { truthFile, truthHeader, writePart, type PartReport } from './part.ts';
import type { Setting } from './setting.ts';
import { makeWorkbook } from './workbook.ts';

/** What every task of one county knows. */
export type Job = { setting: Setting; scratch: string; target: string; parts: readonly string[] };

/** Villages `from` to before `to` as part files; one extract joined from its parts; the truth joined from its parts. */
export type Task =
  | { kind: 'part'; name: string; from: number; to: number }
  | { kind: 'join'; file: string; report: SinkReport }
  | { kind: 'truth'; path: string };

export type Joined = { file: string; bytes: number };
export type Answer = { kind: 'part'; report: PartReport } | { kind: 'join'; joined: Joined };

export function perform(job: Job, task: Task): Answer {
  if (task.kind === 'part') return { kind: 'part', report: writePart(job.setting, job.scratch, task.name, task.from, task.to) };
  if (task.kind === 'join') return { kind: 'join', joined: joinExtract(job, task.file, task.report) };
  return { kind: 'join', joined: { file: truthFile, bytes: joinParts(job, truthFile, task.path, truthHeader).bytes } };
}

/** Joins an extract and writes its control file, last of all. */
function joinExtract(job: Job, file: string, { source, workbook, rows }: SinkReport): Joined {
  const layout = layoutOf(source, workbook);
  const header = layout.columns.map((column) => column.field);
  const path = join(job.target, file);
  const { bytes, md5 } = workbook
    ? joinWorkbook(
        job,
        file,
        path,
        header,
        layout.columns.map((column) => column.type === 'integer'),
      )
    : joinParts(job, file, path, layout.header ? header.join(layout.delimiter) : null);
  writeControl(path, { file, rows, bytes, encoding: layout.encoding, md5 });
  return { file, bytes };
}

/** Writes `<file>.ok`; `rows` counts data rows, a header is none. */
export function writeControl(path: string, control: { file: string; rows: number; bytes: number; encoding: string; md5: string }): void {
  const { file, rows, bytes, encoding, md5 } = control;
  writeFileSync(`${path}.ok`, `file=${file}\nrows=${rows}\nbytes=${bytes}\ndate=${fileDate(file)}\nencoding=${encoding}\nmd5=${md5}\n`);
}

/** The day in a file's name, `YYYY-MM-DD`. */
function fileDate(file: string): string {
  const [, year, month, day] = /_([0-9]{4})([0-9]{2})([0-9]{2})_/.exec(file)!;
  return `${year}-${month}-${day}`;
}

function joinParts(job: Job, file: string, path: string, header: string | null): { bytes: number; md5: string } {
  const descriptor = openSync(path, 'w');
  const hash = createHash('md5');
  let bytes = 0;
  const write = (chunk: Buffer) => {
    for (let done = 0; done < chunk.length;) done += writeSync(descriptor, chunk, done, chunk.length - done);
    hash.update(chunk);
    bytes += chunk.length;
  };
  if (header !== null) write(Buffer.from(`${header}\n`));
  takeParts(job, file, write);
  closeSync(descriptor);
  return { bytes, md5: hash.digest('hex') };
}

function joinWorkbook(
  job: Job,
  file: string,
  path: string,
  header: readonly string[],
  numeric: readonly boolean[],
): { bytes: number; md5: string } {
  const rows: Buffer[] = [];
  takeParts(job, file, (chunk) => rows.push(chunk));
  const content = makeWorkbook(header, rows, numeric);
  writeFileSync(path, content);
  return { bytes: content.length, md5: createHash('md5').update(content).digest('hex') };
}

/** Hands over the part files of a file in village order and removes each, so that little is on disk twice. */
function takeParts(job: Job, file: string, take: (chunk: Buffer) => void): void {
  for (const part of job.parts) {
    const path = join(job.scratch, partFile(file, part));
    if (!existsSync(path)) continue;
    take(readFileSync(path));
    rmSync(path);
  }
}
