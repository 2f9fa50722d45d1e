import { join } from 'node:path';
import { textLiteral, writeParquet, type WarehouseSession } from '#platform/warehouse/index.ts';
import { publishedColumns, type PublishedTable } from '#modules/population/index.ts';
import { matchRecords, type Decided } from './match.ts';
import { makePersons } from './resolve-persons.ts';
import { makeGrid, makeHouseholds, type PlaceNames } from './resolve-places.ts';
import { collectRecords, type ResolveInput } from './resolve-records.ts';
import { makeRelations } from './resolve-relations.ts';

/** How the persons of a publication were recognised. */
export interface IdentityFigures {
  by_id: number;
  without_id: number;
  merged_automatically: number;
  merged_by_review: number;
  candidates_open: number;
  pool: number;
}

export interface CandidatePair {
  left_id: string;
  right_id: string;
  left_grid: string;
  right_grid: string;
  /** JSON of contract.ts candidatePerson. */
  left_person: string;
  right_person: string;
  agreeing: string[];
  differing: string[];
}

export interface Resolved {
  /** Lake path of each resolved table, relative to the entity's folder. */
  resolved: Record<string, string>;
  /** CSV for PostgreSQL by table. */
  csv: Record<PublishedTable, string>;
  identity: IdentityFigures;
  candidates: CandidatePair[];
}

/**
 * Turns the state of all sources of an entity into persons, households, members, relations and the grid; writes them to the lake under the
 * number of the publication and as CSV into `scratch`.
 */
export async function resolvePopulation(
  input: ResolveInput & { names: PlaceNames; decided: readonly Decided[]; scratch: string },
): Promise<Resolved> {
  const { session } = input;
  await definePersonFunctions(session);
  await collectRecords(input);
  await matchRecords(session, input.decided);
  await makePersons(input);
  await makeHouseholds(input);
  await makeGrid(input, input.names);
  await makeRelations(input);
  const candidates = await candidatePairs(session);
  return {
    resolved: await writeLake(input),
    csv: await writeCsv(input),
    identity: await identityFigures(input, candidates.length),
    candidates,
  };
}

/** The masks of `core/identifiers`; a test holds both to the same answers. */
export async function definePersonFunctions(session: WarehouseSession): Promise<void> {
  await session.run(`create or replace macro intake_mask_phone(t) as case
    when length(t) < 8 then repeat('*', length(t)) when length(t) = 11 and starts_with(t, '1') then substr(t, 1, 3) || '****' || substr(t, 8)
    else repeat('*', length(t) - 4) || right(t, 4) end`);
}

async function writeLake(input: ResolveInput): Promise<Record<string, string>> {
  const tables: Record<string, string> = {
    persons: 'select * from person order by grid_code, household_id, member_no, person_id',
    households: 'select * from household order by grid_code, household_id',
    members: `select entity_id, household_id, person_id, member_no, relation, is_head from person where household_id is not null order by household_id, member_no, person_id`,
    relations: 'select * from relation order by person_id, kind, other_person_id, other_ref',
    customers:
      'select p.entity_id, c.customer_no, c.person_id, p.grid_code from customer c join person p using (person_id) order by c.customer_no',
    aliases: 'select person_id, canonical_person_id from alias order by person_id',
    grid: 'select * from grid_node order by grid_code',
  };
  const resolved: Record<string, string> = {};
  for (const [name, query] of Object.entries(tables)) {
    const path = `resolved/${input.manifest.publication}/${name}.parquet`;
    await writeParquet(input.session, query, input.lake.path(input.manifest.entity_id, path));
    resolved[name] = path;
  }
  return resolved;
}

async function writeCsv(input: ResolveInput & { scratch: string }): Promise<Record<PublishedTable, string>> {
  const entity = textLiteral(input.manifest.entity_id);
  const quoted = `list_transform(customer_no, x -> '"' || replace(replace(x, '\\', '\\\\'), '"', '\\"') || '"')`;
  const customers = `case when len(customer_no) = 0 then '{}' else '{' || array_to_string(${quoted}, ',') || '}' end as customer_no`;
  const read = (name: string) =>
    `read_parquet(${textLiteral(input.lake.path(input.manifest.entity_id, `resolved/${input.manifest.publication}/${name}.parquet`))})`;
  const from: Record<PublishedTable, string> = {
    person: `(select * replace (${customers}, '{' || array_to_string(sources, ',') || '}' as sources) from ${read('persons')})`,
    household: read('households'),
    relation: read('relations'),
    customer: read('customers'),
    alias: `(select ${entity} as entity_id, a.person_id, a.canonical_person_id, p.grid_code from ${read('aliases')} a join person p on p.person_id = a.canonical_person_id)`,
    grid_node: read('grid'),
  };
  const csv: Partial<Record<PublishedTable, string>> = {};
  for (const [table, source] of Object.entries(from) as [PublishedTable, string][]) {
    const path = join(input.scratch, `${input.manifest.entity_id}-${table}.csv`);
    await input.session.run(
      `copy (select ${publishedColumns[table].join(', ')} from ${source}) to ${textLiteral(path)} (format csv, header false)`,
    );
    csv[table] = path;
  }
  return csv as Record<PublishedTable, string>;
}

async function identityFigures(input: ResolveInput, open: number): Promise<IdentityFigures> {
  const [row] = await input.session.rows<Record<string, bigint>>(`select
    (select count(*) from person where id_no is not null) as by_id, (select count(*) from person where id_no is null) as without_id,
    (select count(*) from alias where basis = 'rule') as automatically, (select count(*) from alias where basis = 'review') as reviewed,
    (select count(*) from person where household_id is null) as pool`);
  const figure = (name: string) => Number(row?.[name] ?? 0n);
  return {
    by_id: figure('by_id'),
    without_id: figure('without_id'),
    merged_automatically: figure('automatically'),
    merged_by_review: figure('reviewed'),
    candidates_open: open,
    pool: figure('pool'),
  };
}

async function candidatePairs(session: WarehouseSession): Promise<CandidatePair[]> {
  const shown = (
    side: string,
  ) => `to_json({person_id: ${side}.person_id, name: ${side}.name, id_masked: ${side}.id_no_masked, phone_masked: ${side}.phone_masked,
    birth_date: ${side}.birth_date, sex: ${side}.sex, address: ${side}.address, grid_code: ${side}.grid_code, sources: ${side}.sources})::varchar`;
  return session.rows<CandidatePair>(`select left_id, right_id, l.grid_code as left_grid, r.grid_code as right_grid, ${shown('l')} as left_person, ${shown('r')} as right_person,
      agrees as agreeing, differs as differing
    from pair join person l on l.person_id = left_id join person r on r.person_id = right_id order by left_id, right_id`);
}
