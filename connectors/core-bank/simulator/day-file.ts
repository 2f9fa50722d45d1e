import iconv from 'iconv-lite';
import { join } from 'node:path';
import { writeWhole } from '#platform/files/index.ts';
import { fileName, formatControl, promiseOf } from '../reconciliation-file.ts';
import { formatRow } from '../reconciliation-row.ts';
import type { CoreRow } from '../reconciliation-row.ts';

/** Writes the file and then its control file, also for a day without bookings; answers the file's path. */
export async function writeDayFile(folder: string, date: Temporal.PlainDate, rows: readonly CoreRow[]): Promise<string> {
  const name = fileName(date);
  const path = join(folder, name);
  const content = iconv.encode(rows.map((row) => `${formatRow(row)}\n`).join(''), 'gb18030');
  await writeWhole(path, content);
  await writeWhole(`${path}.ok`, formatControl(promiseOf(name, date, content)));
  return path;
}
