/** Small lakes for tests and benchmarks: rows by hand, written as typed Parquet in the layout of the real one. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { nameLiteral, openLake, openWarehouse, textLiteral, writeParquet } from '#platform/warehouse/index.ts';
import type { Lake, LakeFile, Manifest } from '#platform/warehouse/index.ts';
import type { Source } from './source.ts';

export type Cell = string | number | bigint | boolean | null;
export type Row = Readonly<Record<string, Cell>>;
export interface SampleFile {
  source: string;
  date: string;
  mode?: 'full' | 'delta';
  rows: readonly Row[];
}
export interface SamplePerson {
  person_id: string;
  household_id?: string | null;
  grid_code: string;
  member_no?: number | null;
  id_no?: string | null;
}

const sqlTypes = { money: 'BIGINT', integer: 'BIGINT', decimal: 'DOUBLE', flag: 'BOOLEAN', code: 'VARCHAR', date: 'DATE' } as const;

function literal(cell: Cell): string {
  if (cell === null) return 'NULL';
  return typeof cell === 'string' ? textLiteral(cell) : String(cell);
}

function valuesQuery(columns: ReadonlyMap<string, string>, rows: readonly Row[]): string {
  const select = (row: Row): string =>
    `SELECT ${[...columns].map(([name, type]) => `CAST(${literal(row[name] ?? null)} AS ${type}) AS ${nameLiteral(name)}`).join(', ')}`;
  if (rows.length === 0) return `${select({})} WHERE FALSE`;
  return rows.map(select).join(' UNION ALL ');
}

/** Writes the files and the persons, and a manifest that names them; a column that a row leaves out is NULL. */
export async function writeSampleLake(input: {
  dataFolder: string;
  entityId: string;
  sources: ReadonlyMap<string, Source>;
  files: readonly SampleFile[];
  persons: readonly SamplePerson[];
  aliases?: readonly { person_id: string; canonical_person_id: string }[];
}): Promise<Lake> {
  const lake = openLake(input.dataFolder);
  const warehouse = await openWarehouse({ threads: 1, tempFolder: join(input.dataFolder, 'tmp') });
  const files: LakeFile[] = [];
  await warehouse.session(async (session) => {
    const write = (path: string, columns: ReadonlyMap<string, string>, rows: readonly Row[]) =>
      writeParquet(session, valuesQuery(columns, rows), lake.path(input.entityId, path));
    for (const [index, file] of input.files.entries()) {
      const source = input.sources.get(file.source);
      if (!source) throw new Error(`no contract for ${file.source}`);
      const mode = file.mode ?? 'full';
      const part = String(index + 1).padStart(3, '0');
      const path = `typed/${file.source}/date=${file.date}/${mode}-${part}.parquet`;
      const columns = new Map([
        ...[...source.columns.values()].map((column): [string, string] => [column.name, sqlTypes[column.type]]),
        ['file_row', 'BIGINT'],
        ...(source.subject === 'person' ? [['person_id', 'VARCHAR'] as const] : []),
      ]);
      const rows = file.rows.map((row, at) => ({ entity_id: input.entityId, file_row: at + 1, ...row }));
      const count = await write(path, columns, rows);
      const md5 = createHash('md5')
        .update(JSON.stringify(rows.map((row) => Object.values(row).map(String))))
        .digest('hex');
      files.push({ source: file.source, date: file.date, mode, part, path, rows: count, md5, file: path });
    }
    const text = (names: readonly string[]): Map<string, string> => new Map(names.map((name) => [name, 'VARCHAR']));
    const personColumns = text(['person_id', 'household_id', 'grid_code', 'id_no']).set('member_no', 'BIGINT');
    await write(
      'resolved/1/persons.parquet',
      personColumns,
      input.persons.map((person) => ({ ...person })),
    );
    await write(
      'resolved/1/aliases.parquet',
      text(['person_id', 'canonical_person_id']),
      input.aliases?.map((alias) => ({ ...alias })) ?? [],
    );
  });
  warehouse.close();
  const manifest: Manifest = {
    entity_id: input.entityId,
    publication: 1,
    as_of:
      files
        .map((file) => file.date)
        .toSorted()
        .at(-1) ?? '2026-01-01',
    sources: Object.fromEntries(
      [...input.sources.values()].map((source) => [
        source.source,
        { key: [...source.key], period: source.period, replaces: 'source' as const },
      ]),
    ),
    files,
    resolved: { persons: 'resolved/1/persons.parquet', aliases: 'resolved/1/aliases.parquet' },
  };
  await lake.writeManifest(manifest);
  return lake;
}
