import { nameLiteral, stateQuery, textLiteral, type Lake, type Manifest, type WarehouseSession } from '#platform/warehouse/index.ts';
import type { SourceContract } from '../contracts/contract-schema.ts';

/** What the resolution of one entity works on. */
export interface ResolveInput {
  session: WarehouseSession;
  lake: Lake;
  /** Names the typed files of the new state; `resolved` is filled by the resolution. */
  manifest: Manifest;
  contracts: readonly SourceContract[];
  asOf: string;
}

/** Facts about a person that sources may carry under these column names, with their SQL types. */
export const personFacts = {
  phone: 'varchar',
  birth_date: 'date',
  sex: 'varchar',
  address: 'varchar',
  education: 'varchar',
  trade: 'varchar',
  occupation: 'varchar',
  reside_type: 'varchar',
  health: 'varchar',
  hukou_local: 'boolean',
  marital: 'varchar',
  death_flag: 'boolean',
} as const;
export type PersonFact = keyof typeof personFacts;

/** Sources whose rows are about persons and carry a name, those of higher priority first; ties by name, so that order never depends on files. */
export function personSources(contracts: readonly SourceContract[]): SourceContract[] {
  const named = contracts.filter(
    (contract) => hasColumn(contract, 'name') && (contract.subject === 'person' || contract.source === 'customer'),
  );
  return named.toSorted((a, b) => b.priority - a.priority || (a.source < b.source ? -1 : 1));
}

export const hasColumn = (contract: SourceContract, name: string): boolean => contract.columns.some((column) => column.as === name);

/**
 * State of a source with the wanted columns; an undelivered source or a column its contract does not have gives no rows and nulls, so that
 * a bank with fewer sources resolves by the same queries.
 */
export function relationOf(input: ResolveInput, source: string, columns: Record<string, string>): string {
  const contract = input.contracts.find((candidate) => candidate.source === source);
  const query = contract ? stateQuery(input.lake, input.manifest, source, input.asOf) : null;
  const list = Object.entries(columns).map(([name, type]) => {
    const isThere = query !== null && contract !== undefined && (hasColumn(contract, name) || name === 'file_row' || name === 'person_id');
    return `${isThere ? `cast(${nameLiteral(name)} as ${type})` : `cast(null as ${type})`} as ${nameLiteral(name)}`;
  });
  return query === null ? `select ${list.join(', ')} where false` : `select ${list.join(', ')} from (${query})`;
}

/** The facts a source carries; most sources name a person and nothing more. */
export function factsOf(contract: SourceContract): PersonFact[] {
  return (Object.keys(personFacts) as PersonFact[]).filter((fact) => hasColumn(contract, fact));
}

/** Rows of a source about persons: person_id, id_no, name, `facts`, file_row; the last row of a person within a source speaks for it. */
export function recordQuery(input: ResolveInput, contract: SourceContract, facts: readonly PersonFact[]): string {
  const types = Object.fromEntries(facts.map((fact) => [fact, personFacts[fact]]));
  const dated = hasColumn(contract, 'roll_date');
  const state = relationOf(input, contract.source, {
    person_id: 'varchar',
    id_no: 'varchar',
    name: 'varchar',
    file_row: 'bigint',
    ...(dated ? { roll_date: 'date' } : {}),
    ...types,
  });
  const rows = `select * from (${state}) where person_id is not null`;
  if (contract.load.key.length === 1 && contract.load.key[0] === 'id_no') return rows;
  return `${rows} qualify row_number() over (partition by person_id order by ${dated ? 'roll_date desc, ' : ''}file_row desc) = 1`;
}

/** Name of the temp table with the facts of one source. */
export const factTable = (contract: SourceContract): string => nameLiteral(`fact_${contract.source}`);

/**
 * Makes temp tables: `fact_<source>` for every source that says more than a name, and `roll`, every row of the rolls with its place.
 * The view `record` is all facts that tell persons apart.
 */
export async function collectRecords(input: ResolveInput): Promise<void> {
  const { session } = input;
  await session.run(`create or replace temp table roll as
    select *, village_code || group_no as grid_code, 'H' || village_code || '-' || household_no as household_id
    from (${relationOf(input, 'grid_roll', rollColumns)})`);
  const views: string[] = [];
  for (const [index, contract] of personSources(input.contracts).entries()) {
    const facts = factsOf(contract);
    if (facts.length === 0) continue;
    await session.run(
      `create or replace temp table ${factTable(contract)} as select * exclude (file_row) from (${recordQuery(input, contract, facts)})`,
    );
    const telling = (['phone', 'birth_date', 'sex', 'address'] as const).map((fact) =>
      facts.includes(fact) ? fact : `cast(null as ${personFacts[fact]}) as ${fact}`,
    );
    views.push(`select person_id, ${index} as source_no, id_no, name, ${telling.join(', ')} from ${factTable(contract)}`);
  }
  const none = `select '' as person_id, 0 as source_no, '' as id_no, '' as name, '' as phone, cast(null as date) as birth_date, '' as sex, '' as address where false`;
  await session.run(`create or replace temp view record as ${[...views, none].join(' union all ')}`);
}

const rollColumns = {
  person_id: 'varchar',
  village_code: 'varchar',
  village_name: 'varchar',
  group_no: 'varchar',
  household_no: 'varchar',
  member_no: 'bigint',
  id_no: 'varchar',
  name: 'varchar',
  relation: 'varchar',
  roll_date: 'date',
  file_row: 'bigint',
};

/** SQL list of the source names, in the order of `source_no`. */
export function sourceNames(contracts: readonly SourceContract[]): string {
  return `[${personSources(contracts)
    .map((contract) => textLiteral(contract.source))
    .join(', ')}]`;
}
