import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CountyReport } from '#county/index.ts';
import { median, secondsOf, type Figure } from './figure.ts';
import { benchFolder, guanyunPeople, runQianmo } from './guanyun.ts';

/**
 * Writes a county of Guanyun size with the command line, and beside it the floor: the same number of bytes in as many files, copied from
 * memory with plain writes.
 */
export async function run(): Promise<Figure[]> {
  const folder = join(benchFolder(), 'county-timed');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(benchFolder(), { recursive: true });
  const { answer, seconds, peakMiB } = await runQianmo(['county', '--people', String(guanyunPeople), '--seed', '7', '--out', folder]);
  rmSync(folder, { recursive: true });
  const { files, rows } = answer as CountyReport;
  const floor = median(await secondsOf(3, () => writePlainly(folder, files)));
  return [
    {
      name: 'county.write',
      value: seconds,
      unit: 's',
      peer: 'the same bytes with plain writes',
      peer_value: floor,
      limit: '120 s',
      limit_value: 120,
    },
    { name: 'county.memory', value: peakMiB, unit: 'MiB', limit: '1.5 GiB', limit_value: 1_536 },
    { name: 'county.rows', value: rows, unit: 'rows' },
    { name: 'county.rate', value: Math.round(rows / seconds), unit: 'rows/s' },
  ];
}

function writePlainly(folder: string, files: CountyReport['files']): void {
  const chunk = Buffer.alloc(1 << 20, 'a');
  mkdirSync(folder, { recursive: true });
  for (const { file, bytes } of files) {
    const descriptor = openSync(join(folder, file), 'w');
    for (let left = bytes; left > 0; left -= chunk.length) writeSync(descriptor, chunk, 0, Math.min(left, chunk.length));
    closeSync(descriptor);
  }
  rmSync(folder, { recursive: true });
}
