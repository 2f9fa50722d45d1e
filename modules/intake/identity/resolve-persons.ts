import { textLiteral } from '#platform/warehouse/index.ts';
import type { SourceContract } from '../contracts/contract-schema.ts';
import {
  factsOf,
  factTable,
  hasColumn,
  personFacts,
  personSources,
  recordQuery,
  relationOf,
  sourceNames,
  type PersonFact,
  type ResolveInput,
} from './resolve-records.ts';

/**
 * Makes temp table `person`: one row a person, columns as `population.person` without the arrays' text form. A fact comes from the source of
 * the highest priority that knows it; birth date and sex come from the resident ID where there is one.
 */
export async function makePersons(input: ResolveInput): Promise<void> {
  const { session } = input;
  const sources = personSources(input.contracts);
  await session.run(`
    create or replace temp table mention as
      select coalesce(a.canonical_person_id, m.person_id) as person_id, bit_or(mask) as mask, arg_min(m.name, m.rank) as name,
        min(m.rank) as name_rank, min(m.id_no) as id_no
      from (${mentions(input, sources)}) m left join alias a using (person_id) group by 1`);
  await foldFacts(input, sources);
  await makeHomes(input);
  const rich = sources.filter((contract) => factsOf(contract).length > 0);
  const fact = (name: PersonFact) => survivor(rich, name);
  const born = `cast(strptime(substr(m.id_no, 7, 8), '%Y%m%d') as date)`;
  const sexOfId = `case when cast(substr(m.id_no, 17, 1) as integer) % 2 = 1 then 'M' else 'F' end`;
  const joins = rich.map((contract) => `left join ${factTable(contract)} on ${factTable(contract)}.person_id = m.person_id`).join(' ');
  await session.run(`create or replace temp table drafted as
    select ${textLiteral(input.manifest.entity_id)} as entity_id, m.person_id, h.household_id, coalesce(h.grid_code, ${textLiteral(await poolCode(input))}) as grid_code,
      coalesce(m.name, '?') as name, m.id_no, left(m.id_no, 6) || '********' || right(m.id_no, 4) as id_no_masked,
      ${fact('phone')} as phone, intake_mask_phone(${fact('phone')}) as phone_masked,
      coalesce(case when m.id_no is not null then ${sexOfId} end, ${fact('sex')}) as sex,
      coalesce(case when m.id_no is not null then ${born} end, ${fact('birth_date')}) as birth_date,
      h.relation, cast(h.member_no as integer) as member_no, coalesce(h.is_head, false) as is_head,
      ${(['address', 'education', 'trade', 'occupation', 'reside_type', 'health', 'hukou_local', 'marital'] as const).map((name) => `${fact(name)} as ${name}`).join(', ')},
      ${fact('death_flag')} as deceased, coalesce(c.customer_no, []) as customer_no,
      m.mask, ${originCode(rich)} as origin
    from mention m left join home h on h.person_id = m.person_id ${joins} left join customer_list c on c.person_id = m.person_id`);
  await nameOrigins(input, rich);
  await session.run(`create or replace temp table person as
    select p.* exclude (mask, origin), k.sources, o.provenance, date ${textLiteral(input.asOf)} as as_of
    from drafted p join known_by k using (mask) join origin_text o using (origin)`);
}

/** Every source's naming of a person; `rank` orders sources by priority and, among merged records, the kept one first. */
function mentions(input: ResolveInput, sources: readonly SourceContract[]): string {
  const parts = sources.map((contract, index) => {
    const from = factsOf(contract).length > 0 ? factTable(contract) : `(${recordQuery(input, contract, [])})`;
    return `select person_id, cast(1 << ${index} as bigint) as mask, name, id_no, ${index} + case when person_id in (select person_id from alias) then 0.25 + (hash(person_id) % 1000) / 2000.0 else 0.0 end as rank from ${from}`;
  });
  return parts.join(' union all ');
}

/** Moves the facts of merged records to the person that is kept, where the same source does not speak of that person already. */
async function foldFacts(input: ResolveInput, sources: readonly SourceContract[]): Promise<void> {
  for (const contract of sources.filter((candidate) => factsOf(candidate).length > 0)) {
    const table = factTable(contract);
    await input.session.run(`
      create or replace temp table folded as select f.* replace (a.canonical_person_id as person_id) from ${table} f join alias a using (person_id)
        anti join ${table} g on g.person_id = a.canonical_person_id
        qualify row_number() over (partition by a.canonical_person_id order by f.person_id) = 1;
      delete from ${table} where person_id in (select person_id from alias);
      insert into ${table} select * from folded;`);
  }
}

/**
 * `home`: the one place of each person on the rolls, the row of the latest roll.
 * `customer`, `customer_list`: customer numbers and their persons. Needs `roll` and `alias`.
 */
async function makeHomes(input: ResolveInput): Promise<void> {
  const { session } = input;
  const customer = input.contracts.find((contract) => contract.source === 'customer');
  const numbered =
    customer && hasColumn(customer, 'customer_no') ? customerQuery(input) : `select '' as customer_no, '' as person_id where false`;
  await session.run(`
    create or replace temp table roll_person as select coalesce(a.canonical_person_id, r.person_id) as person_id, r.* exclude (person_id, id_no, name), r.name as roll_name
      from roll r left join alias a using (person_id);
    create or replace temp table home as select *, relation = 'head' as is_head from roll_person
      qualify row_number() over (partition by person_id order by roll_date desc, household_id, member_no, file_row) = 1;
    create or replace temp table customer as select n.customer_no, coalesce(a.canonical_person_id, n.person_id) as person_id from (${numbered}) n left join alias a using (person_id);
    create or replace temp table customer_list as select person_id, list_sort(list(customer_no)) as customer_no from customer group by person_id;`);
}

function customerQuery(input: ResolveInput): string {
  return relationOf(input, 'customer', { customer_no: 'varchar', person_id: 'varchar' });
}

/** SQL of the surviving value of a fact. */
function survivor(rich: readonly SourceContract[], name: PersonFact): string {
  const tables = rich.filter((contract) => factsOf(contract).includes(name));
  if (tables.length === 0) return `cast(null as ${personFacts[name]})`;
  return `coalesce(${tables.map((contract) => `${factTable(contract)}.${name}`).join(', ')})`;
}

const factNames = Object.keys(personFacts) as PersonFact[];
/** Birth date and sex are read off the resident ID where there is one. */
const fromId = new Set<PersonFact>(['birth_date', 'sex']);

/**
 * Where each field of a person came from, as one number: few of the many possible answers occur, and spelling them out once each is far
 * cheaper than once a person. Digits to the base `rich.length + 2`: 0 nobody, 1… place in `rich`, the last the resident ID; below them the
 * source of the name in units of 1 (of 64).
 */
function originCode(rich: readonly SourceContract[]): string {
  const base = rich.length + 2;
  const digits = factNames.map((name, place) => {
    const known = rich.flatMap((contract, index) =>
      factsOf(contract).includes(name) ? [`when ${factTable(contract)}.${name} is not null then ${index + 1}`] : [],
    );
    const first = fromId.has(name) ? [`when m.id_no is not null then ${base - 1}`] : [];
    return [...first, ...known].length === 0
      ? '0'
      : `case ${[...first, ...known].join(' ')} else 0 end * ${64n * BigInt(base) ** BigInt(place)}`;
  });
  return `cast(floor(m.name_rank) as bigint) + ${digits.join(' + ')}`;
}

/** Tables `known_by` (mask → sources) and `origin_text` (origin → JSON field → source, fields nobody knows left out). */
async function nameOrigins(input: ResolveInput, rich: readonly SourceContract[]): Promise<void> {
  const sources = sourceNames(input.contracts);
  const base = rich.length + 2;
  const labels = `[${[...rich.map((contract) => textLiteral(contract.source)), `'id_no'`].join(', ')}]`;
  const pieces = factNames.map((name, place) => {
    const digit = `((origin // ${64n * BigInt(base) ** BigInt(place)}) % ${base})`;
    return `case when ${digit} > 0 then '"${name === 'death_flag' ? 'deceased' : name}":"' || (${labels})[${digit}] || '"' end`;
  });
  await input.session.run(`
    create or replace temp table known_by as select mask, list_filter(list_transform(range(0, len(${sources})), i -> case when mask & (1 << i) > 0 then (${sources})[i + 1] end),
      x -> x is not null) as sources from (select distinct mask from drafted);
    create or replace temp table origin_text as select origin, '{' || concat_ws(',', '"name":"' || (${sources})[origin % 64 + 1] || '"', ${pieces.join(', ')}) || '}' as provenance
      from (select distinct origin from drafted);`);
}

/** The branch pool's code: the county most people of the rolls live in, or the entity's own code while there is no roll. */
async function poolCode(input: ResolveInput): Promise<string> {
  const [row] = await input.session.rows<{ county: string | null }>('select mode(left(village_code, 6)) as county from roll');
  const county = row?.county ?? input.manifest.entity_id.replaceAll(/\D/g, '').slice(0, 6).padEnd(6, '0');
  return `${county}000000`;
}
