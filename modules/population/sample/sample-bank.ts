/** A small bank for tests and benchmarks: typed Parquet shaped by the real source contracts, resolved people, PostgreSQL published from them. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { maskPhone, maskResidentId } from '#core/identifiers/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import { nameLiteral, openLake, openWarehouse, textLiteral, writeParquet } from '#platform/warehouse/index.ts';
import type { Lake, Manifest, Warehouse, WarehouseSession } from '#platform/warehouse/index.ts';
import { publishedColumns, publishPopulation } from '../publication/publish.ts';
import type { PublishedTable } from '../publication/publish.ts';

export type Cell = string | number | bigint | boolean | null | readonly string[];
export type Row = Readonly<Record<string, Cell>>;

export interface SampleBank {
  entityId: string;
  asOf: string;
  persons: readonly Row[];
  households: readonly Row[];
  relations?: readonly Row[];
  customers?: readonly Row[];
  aliases?: readonly Row[];
  nodes: readonly Row[];
  /** Rows by source, each a full file of its day. */
  sources: Readonly<Record<string, { date: string; rows: readonly Row[] }[]>>;
  decisions?: { asOf: string; rows: readonly Row[] };
}

export interface SampleHouse {
  lake: Lake;
  warehouse: Warehouse;
  manifest: Manifest;
}

type Columns = Readonly<Record<string, string>>;
const text = 'VARCHAR';
const typesOf: Record<string, string> = {
  money: 'BIGINT',
  rate_percent: 'BIGINT',
  integer: 'BIGINT',
  decimal: 'DOUBLE',
  flag: 'BOOLEAN',
  date: 'DATE',
};

/** Column types of the resolved tables where they are not text. */
const resolvedTypes: Record<string, string> = {
  birth_date: 'DATE',
  as_of: 'DATE',
  is_head: 'BOOLEAN',
  hukou_local: 'BOOLEAN',
  deceased: 'BOOLEAN',
  customer_no: 'VARCHAR[]',
  sources: 'VARCHAR[]',
};
const integers = ['member_no', 'people', 'adults', 'customers', 'households'];
const amounts = ['deposit_fen', 'loan_fen', 'guarantee_fen', 'income_net_fen', 'total_asset_fen', 'total_debt_fen'];

function resolvedColumns(table: PublishedTable): Columns {
  const typeOf = (name: string): string => {
    if (name === 'customer_no' && table === 'customer') return text;
    if (integers.includes(name)) return 'INTEGER';
    return amounts.includes(name) ? 'BIGINT' : (resolvedTypes[name] ?? text);
  };
  return Object.fromEntries(publishedColumns[table].map((name) => [name, typeOf(name)]));
}

interface ContractFile {
  subject: string;
  load: { key: string[] };
  columns: { as: string; type: string }[];
}

function contractOf(source: string): { columns: Columns; key: string[] } {
  const path = resolve(import.meta.dirname, '../../../banks/template/sources', `${source}.yaml`);
  const contract = parse(readFileSync(path, 'utf8')) as ContractFile;
  const declared = contract.columns.map(({ as, type }) => [as, typesOf[type] ?? text]);
  const person = contract.subject === 'person' ? [['person_id', text]] : [];
  return { columns: Object.fromEntries([...declared, ...person, ['file_row', 'BIGINT']]), key: contract.load.key };
}

function literal(cell: Cell): string {
  if (cell === null) return 'NULL';
  if (typeof cell === 'string') return textLiteral(cell);
  return typeof cell === 'object' ? `[${cell.map(textLiteral).join(', ')}]` : String(cell);
}

/** Rows with exactly these columns; what a row leaves out is null, what no column is named after is refused. */
function valuesQuery(columns: Columns, rows: readonly Row[]): string {
  for (const name of rows.flatMap(Object.keys)) if (!(name in columns)) throw new Error(`there is no column ${name}`);
  const select = (row: Row): string =>
    `select ${Object.entries(columns)
      .map(([name, type]) => `${literal(row[name] ?? null)}::${type} as ${nameLiteral(name)}`)
      .join(', ')}`;
  return rows.length === 0 ? `${select({})} where false` : rows.map(select).join(' union all ');
}

/** Writes the bank into a lake below `folder` and publishes it to the database, as a load would. */
export async function openSampleBank(db: Database, folder: string, bank: SampleBank): Promise<SampleHouse> {
  mkdirSync(folder, { recursive: true });
  const lake = openLake(folder);
  const warehouse = await openWarehouse({ threads: 1, tempFolder: join(folder, 'tmp') });
  const manifest = await warehouse.session((session) => writeLake(session, lake, bank));
  await lake.writeManifest(manifest);
  const files = await warehouse.session((session) => writePublication(session, folder, bank));
  const publication = { entityId: bank.entityId, number: 1, asOf: bank.asOf, publishedAt: '2026-11-20T12:00:00Z', manifest: '{}', files };
  await withOwner(db, (tx) => publishPopulation(tx, publication));
  return { lake, warehouse, manifest };
}

async function writeLake(session: WarehouseSession, lake: Lake, bank: SampleBank): Promise<Manifest> {
  const manifest: Manifest = { entity_id: bank.entityId, publication: 1, as_of: bank.asOf, sources: {}, files: [], resolved: {} };
  for (const [source, days] of Object.entries(bank.sources)) {
    const { columns, key } = contractOf(source);
    manifest.sources[source] = { key, period: /_month$|^payroll$/.test(source) ? 'month' : 'state', replaces: 'source' };
    for (const { date, rows } of days) {
      const path = `typed/${source}/date=${date}/full-001.parquet`;
      const numbered = rows.map((row, index) => ({ entity_id: bank.entityId, file_row: index + 1, ...row }));
      const count = await writeParquet(session, valuesQuery(columns, numbered), lake.path(bank.entityId, path));
      manifest.files.push({ source, date, mode: 'full', part: '001', path, rows: count, md5: '', file: path });
    }
  }
  const people: [string, PublishedTable, readonly Row[]][] = [
    ['persons', 'person', bank.persons],
    ['households', 'household', bank.households],
    ['relations', 'relation', bank.relations ?? []],
    ['customers', 'customer', bank.customers ?? []],
    ['aliases', 'alias', bank.aliases ?? []],
  ];
  for (const [name, table, rows] of people) {
    const path = `resolved/1/${name}.parquet`;
    await writeParquet(session, valuesQuery(resolvedColumns(table), rows), lake.path(bank.entityId, path));
    manifest.resolved[name] = path;
  }
  if (bank.decisions) await writeSampleDecisions(session, lake, bank.entityId, bank.decisions);
  return manifest;
}

export async function writeSampleDecisions(
  session: WarehouseSession,
  lake: Lake,
  entityId: string,
  decisions: NonNullable<SampleBank['decisions']>,
): Promise<void> {
  const columns = {
    person_id: text,
    segment: text,
    outcome: text,
    limit_fen: 'BIGINT',
    rate_ppm: 'BIGINT',
    score: 'BIGINT',
    reasons: 'VARCHAR[]',
    strategy_version: text,
    as_of: 'DATE',
  };
  const target = join(lake.folder(entityId), 'decisions', 'retail', `as_of=${decisions.asOf}`, 'decisions.parquet');
  await writeParquet(session, valuesQuery(columns, decisions.rows), target);
}

async function writePublication(session: WarehouseSession, folder: string, bank: SampleBank): Promise<Record<PublishedTable, string>> {
  const rows: Record<PublishedTable, readonly Row[]> = {
    person: bank.persons,
    household: bank.households,
    relation: bank.relations ?? [],
    customer: bank.customers ?? [],
    alias: bank.aliases ?? [],
    grid_node: bank.nodes,
  };
  const files: Partial<Record<PublishedTable, string>> = {};
  for (const [name, content] of Object.entries(rows)) {
    const table = name as PublishedTable;
    const file = join(folder, `${bank.entityId}-${table}.csv`);
    const columns = resolvedColumns(table);
    const shown = Object.entries(columns).map(([column, type]) =>
      type === 'VARCHAR[]' ? `'{' || coalesce(array_to_string(${column}, ','), '') || '}' as ${column}` : nameLiteral(column),
    );
    await session.run(
      `copy (select ${shown.join(', ')} from (${valuesQuery(columns, content)})) to ${textLiteral(file)} (format csv, header false)`,
    );
    files[table] = file;
  }
  return files as Record<PublishedTable, string>;
}

/** A row of `population.person` with its masked twins. */
export function samplePerson(
  entityId: string,
  row: { person_id: string; grid_code: string; name: string; id_no?: string | null; phone?: string | null } & Row,
): Row {
  return {
    entity_id: entityId,
    is_head: false,
    provenance: '{}',
    as_of: '2026-11-20',
    id_no_masked: row.id_no ? maskResidentId(row.id_no) : null,
    phone_masked: row.phone ? maskPhone(row.phone) : null,
    ...row,
  };
}
