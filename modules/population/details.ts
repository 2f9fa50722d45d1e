import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import { nameLiteral, stateQuery, textLiteral } from '#platform/warehouse/index.ts';
import type { Lake, Manifest, Warehouse, WarehouseSession } from '#platform/warehouse/index.ts';
import { partQueries } from './detail-sql.ts';
import { partNames, parts } from './detail.ts';
import type { PartName } from './detail.ts';
import { replacePartitions } from './partition.ts';
import { tabulatePeople } from './published-people.ts';

export interface DetailDeps {
  db: Database;
  lake: Lake;
  warehouse: Warehouse;
}

/** People whose documents are put together at a time; bounds the memory this takes. */
const chunkPeople = 100_000;

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
    const rows = await withOwner(db, (tx) => replacePartitions(tx, entityId, [{ table: 'person_detail', columns, files }]));
    return rows['person_detail'] ?? 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeDocuments(session: WarehouseSession, lake: Lake, manifest: Manifest, folder: string): Promise<string[]> {
  await session.run('create temp table piece (p integer, part varchar, body varchar)');
  await tabulatePeople(session, lake, manifest);
  for (const part of partNames) await addPieces(session, lake, manifest, part);
  const [last] = await session.rows<{ p: number | null }>('select max(p) as p from people');
  const files: string[] = [];
  for (let first = 1; first <= (last?.p ?? 0); first += chunkPeople) {
    const file = join(folder, `${first}.csv`);
    const document = `'{' || string_agg('"' || part || '":[' || body || ']', ',' order by part) || '}'`;
    await session.run(`copy (
      select ${textLiteral(manifest.entity_id)}, person_id, grid_code, document
      from (select p, ${document} as document from piece where p between ${first} and ${first + chunkPeople - 1} group by p)
      join people using (p) order by p
    ) to ${textLiteral(file)} (format csv, header false)`);
    files.push(file);
  }
  return files;
}

/** One row a person: the rows of the part as JSON arrays, comma between, oldest first. */
async function addPieces(session: WarehouseSession, lake: Lake, manifest: Manifest, part: PartName): Promise<void> {
  const { sources, by, sql } = partQueries[part];
  const states = sources.map((source) => [source, stateQuery(lake, manifest, source, manifest.as_of)] as const);
  if (states.some(([, state]) => state === null)) return;
  const query = states.reduce((text, [source, state]) => text.replaceAll(`{${source}}`, `(${state})`), sql);
  const columns = Object.keys(parts[part]).map(nameLiteral);
  await session.run(`insert into piece
    select p, ${textLiteral(part)}, string_agg(body, ',' order by sort_key, body)
    from (select p, sort_key, json_array(${columns.join(', ')})::varchar as body
          from (${withDays(query, manifest.as_of)}) as fact join ${peopleBy[by]} using (${by}))
    group by p`);
}

const peopleBy = {
  person_id: 'by_person_id',
  customer_no: 'by_customer_no',
  household_id: '(select household_id, min(p) as p from people group by household_id)',
} as const;

/** Where the 13 months of flows and the 24 months of repayment begin. */
function withDays(query: string, asOf: string): string {
  const start = (months: number) => {
    const day = Temporal.PlainDate.from(asOf);
    const firstOfMonth = day.with({ day: 1 }).subtract({ months: day.day === day.daysInMonth ? months - 1 : months });
    return `date '${firstOfMonth.subtract({ days: 1 }).toString()}'`;
  };
  return query.replaceAll('$from_13', start(13)).replaceAll('$from_24', start(24));
}
