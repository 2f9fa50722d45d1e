import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replacePartitions, withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import { nameLiteral, stateQuery, textLiteral } from '#platform/warehouse/index.ts';
import type { Lake, Manifest, Warehouse, WarehouseSession } from '#platform/warehouse/index.ts';
import { partQueries } from './detail-sql.ts';
import { partNames, parts } from './detail.ts';
import type { PartName } from './detail.ts';
import { tabulatePeople } from '../publication/published-people.ts';

export interface DetailDeps {
  db: Database;
  lake: Lake;
  warehouse: Warehouse;
}

/** The sources are read once for each range of people, and memory holds the pieces of one range. */
const rangePeople = 300_000;
/** Documents of one file; writing a file holds them all. */
const filePeople = 100_000;

/**
 * Writes the document of every person of one legal entity from the manifest's files and puts it in place of the former ones. Runs at the
 * end of a load, after the population was published; running it again gives the same documents. Answers the number of documents: people
 * of whom no source says anything have none.
 */
export async function publishDetails({ db, lake, warehouse }: DetailDeps, entityId: string, manifest: Manifest): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'qianmo-details-'));
  try {
    const files = await warehouse.session((session) => writeDocuments(session, lake, manifest, folder));
    const columns = ['entity_id', 'person_id', 'grid_code', 'document'];
    const rows = await withOwner(db, (tx) => replacePartitions(tx, entityId, [{ table: 'population.person_detail', columns, files }]));
    return rows['population.person_detail'] ?? 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeDocuments(session: WarehouseSession, lake: Lake, manifest: Manifest, folder: string): Promise<string[]> {
  await tabulatePeople(session, lake, manifest);
  await tabulateAccounts(session, lake, manifest);
  const [last] = await session.rows<{ p: number | null }>('select max(p) as p from people');
  const files: string[] = [];
  for (let first = 1; first <= (last?.p ?? 0); first += rangePeople) {
    const range = `between ${first} and ${first + rangePeople - 1}`;
    await session.run('create or replace temp table piece (p integer, part varchar, body varchar)');
    for (const part of partNames) await addPieces(session, lake, manifest, part, range);
    for (let from = first; from < first + rangePeople; from += filePeople) {
      files.push(await writeFile(session, manifest.entity_id, folder, from));
    }
  }
  await session.run('drop table if exists piece');
  return files;
}

async function writeFile(session: WarehouseSession, entityId: string, folder: string, from: number): Promise<string> {
  const file = join(folder, `${from}.csv`);
  const document = `'{' || string_agg('"' || part || '":[' || body || ']', ',') || '}'`;
  await session.run(`copy (
    select ${textLiteral(entityId)}, person_id, grid_code, document
    from (select p, ${document} as document from piece where p between ${from} and ${from + filePeople - 1} group by p) join people using (p)
  ) to ${textLiteral(file)} (format csv, header false)`);
  return file;
}

/**
 * One row a person: the rows of the part as JSON arrays, comma between, in no particular order. Ordering them here costs five times the
 * rest (a sort for every person); the few rows of one person are put in order when they are read.
 */
async function addPieces(session: WarehouseSession, lake: Lake, manifest: Manifest, part: PartName, range: string): Promise<void> {
  const { sources, by, sql, perMonth } = partQueries[part];
  const states = sources.map((source) => [source, stateQuery(lake, manifest, source, manifest.as_of)] as const);
  if (states.some(([, state]) => state === null)) return;
  const query = states.reduce((text, [source, state]) => text.replaceAll(`{${source}}`, `(${state})`), withDays(sql, manifest.as_of));
  const columns = Object.keys(parts[part]).map(nameLiteral);
  const facts = `(${query}) as fact join (select * from ${peopleBy[by]} where p ${range}) as owner using (${by})`;
  const rows = perMonth ? `(select p, month, ${merged(perMonth)} from ${facts} group by p, month)` : facts;
  await session.run(`insert into piece
    select p, ${textLiteral(part)}, string_agg(json_array(${columns.join(', ')})::varchar, ',') from ${rows} group by p`);
}

function merged(columns: Readonly<Record<string, 'sum' | 'max'>>): string {
  return Object.entries(columns)
    .map(([name, act]) => `${act}(${nameLiteral(name)})::bigint as ${nameLiteral(name)}`)
    .join(', ');
}

const peopleBy = {
  person_id: 'by_person_id',
  customer_no: 'by_customer_no',
  account_no: 'by_account_no',
  loan_no: 'by_loan_no',
  household_id: '(select household_id, min(p) as p from people where household_id is not null group by household_id)',
} as const;

/** Makes `by_account_no` and `by_loan_no`; empty where the accounts never came. */
async function tabulateAccounts(session: WarehouseSession, lake: Lake, manifest: Manifest): Promise<void> {
  const accounts = { account_no: 'deposit_account', loan_no: 'loan_account' } as const;
  for (const [key, source] of Object.entries(accounts)) {
    const state = stateQuery(lake, manifest, source, manifest.as_of);
    await session.run(
      state === null
        ? `create temp table by_${key} (${key} varchar, p integer)`
        : `create temp table by_${key} as select ${key}, p from (select ${key}, customer_no from (${state})) join by_customer_no using (customer_no)`,
    );
  }
}

/** Where the 13 months of flows and the 24 months of repayment begin. */
function withDays(query: string, asOf: string): string {
  const start = (months: number) => {
    const day = Temporal.PlainDate.from(asOf);
    const firstOfMonth = day.with({ day: 1 }).subtract({ months: day.day === day.daysInMonth ? months - 1 : months });
    return `date '${firstOfMonth.subtract({ days: 1 }).toString()}'`;
  };
  return query.replaceAll('$from_13', start(13)).replaceAll('$from_24', start(24));
}
