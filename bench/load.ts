import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openWarehouse, textLiteral } from '#platform/warehouse/index.ts';
import { benchEnvironment, guanyunCounty, runQianmo } from './guanyun.ts';
import type { Figure } from './figure.ts';

interface LoadAnswer {
  rows_in: number;
  persons: number;
}

/** A whole county loaded into an empty installation, beside DuckDB merely reading the same files line by line. */
export async function run(): Promise<Figure[]> {
  const county = await guanyunCounty();
  await rm(benchEnvironment()['QIANMO_DATA'] ?? '', { recursive: true, force: true });
  const floor = await readSeconds(join(county, 'in'));
  const { answer, seconds, peakMiB } = await runQianmo(['load', county]);
  const { rows_in, persons } = answer as LoadAnswer;
  return [
    {
      name: 'load_seconds',
      value: round(seconds),
      unit: 's',
      peer: 'DuckDB reads the same files',
      peer_value: round(floor),
      limit: 'wanted at most',
      limit_value: 240,
    },
    { name: 'load_peak_memory', value: Math.round(peakMiB), unit: 'MiB', limit: 'wanted at most', limit_value: 3072 },
    { name: 'load_rows', value: rows_in, unit: 'rows' },
    { name: 'load_persons', value: persons, unit: 'persons' },
    {
      name: 'load_rate',
      value: Math.round(rows_in / seconds),
      unit: 'rows/s',
      peer: 'DuckDB reads the same files',
      peer_value: Math.round(rows_in / floor),
    },
  ];
}

/**
 * The least that reading can cost: every line of every text file as one column, counted and measured, with nothing split, decoded or checked.
 * Lines with Chinese in GB18030 are read and passed over, because DuckDB has no decoder for them here.
 */
async function readSeconds(folder: string): Promise<number> {
  const files = (await readdir(folder)).filter((name) => !name.endsWith('.ok') && !name.endsWith('.xlsx'));
  const warehouse = await openWarehouse();
  try {
    const start = process.hrtime.bigint();
    for (const name of files) {
      await warehouse.session((session) =>
        session.run(`select count(*), sum(length(line)) from read_csv(${textLiteral(join(folder, name))}, auto_detect = false, header = false, columns = {'line': 'VARCHAR'},
          delim = '\uFDD0', quote = '', escape = '', strict_mode = false, ignore_errors = true, max_line_size = 2100000)`),
      );
    }
    return Number(process.hrtime.bigint() - start) / 1e9;
  } finally {
    warehouse.close();
  }
}

const round = (seconds: number): number => Math.round(seconds * 10) / 10;
