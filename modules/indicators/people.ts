/**
 * Who there is as of a day, and whose each row is. Only files of the day or before are read for facts; the published population gives the
 * identities (which numbers are one person), which do not change what was known.
 */
import { listLiteral, nameLiteral, stateQuery, textLiteral } from '#platform/warehouse/index.ts';
import type { Lake, Manifest } from '#platform/warehouse/index.ts';
import type { Source } from './source.ts';
import { owningSource } from './source.ts';

export interface PeopleInput {
  lake: Lake;
  manifest: Manifest;
  sources: ReadonlyMap<string, Source>;
  asOf: string;
}

/** Tables made in order; later queries read earlier ones. */
export interface Step {
  /** Told to whoever waits. */
  name: string;
  table: string;
  query: string;
}

const quoted = (alias: string, names: Iterable<string>): string => [...names].map((name) => `${alias}.${nameLiteral(name)}`).join(', ');

/** The born day and the sex stand in a resident ID (GB 11643: digits 7–14, and 17 odd for men). */
const bornOf = (id: string): string => `try_strptime(substr(${id}, 7, 8), '%Y%m%d')::DATE`;
const sexOf = (id: string): string =>
  `CASE WHEN ${id} IS NULL THEN NULL WHEN CAST(substr(${id}, 17, 1) AS INTEGER) % 2 = 1 THEN 'M' ELSE 'F' END`;

/**
 * One row a key: the first in `order`. Almost every key has one row only, and a window over all of them was measured at three times the
 * cost of setting the few aside.
 */
export function firstOfEach(rows: string, key: string, order: string): string {
  return `WITH every AS MATERIALIZED (${rows}), several AS MATERIALIZED (SELECT ${key} FROM every GROUP BY ${key} HAVING count(*) > 1)
    SELECT * FROM every ANTI JOIN several USING (${key}) UNION ALL
    SELECT * FROM (SELECT * FROM every SEMI JOIN several USING (${key}) QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY ${order}) = 1)`;
}

/** State of a source as of the day, restricted to file days after `after`; null = no file by then. */
export function stateOf(input: PeopleInput, source: string, after: string | null = null): string | null {
  const { lake, manifest, asOf } = input;
  const files = after === null ? manifest.files : manifest.files.filter((file) => file.source !== source || file.date > after);
  return stateQuery(lake, { ...manifest, files }, source, asOf);
}

function resolved(input: PeopleInput, name: string): string | null {
  const path = input.manifest.resolved[name];
  return path === undefined ? null : `read_parquet(${listLiteral([input.lake.path(input.manifest.entity_id, path)])})`;
}

/**
 * Tables `spine` (pid in order of grid_code and person_id, person_id, household_id, hid, hkey, grid_code, village, about_birth_date, about_sex,
 * about_education, about_phone_known) and `who` (person_id, pid), in which merged persons' old ids lead to the one that stays. A person on no roll as of the
 * day stands in the branch pool, has no household_id, and an `hkey` of their own.
 */
export function peopleSteps(input: PeopleInput, rollColumns: Iterable<string>): Step[] {
  const persons = resolved(input, 'persons');
  if (persons === null) throw new Error('the manifest names no published persons');
  const aliases = resolved(input, 'aliases');
  const alias =
    aliases === null
      ? `SELECT NULL::VARCHAR AS person_id, NULL::VARCHAR AS canonical_person_id WHERE FALSE`
      : `SELECT person_id, canonical_person_id FROM ${aliases}`;
  const who = `SELECT person_id, pid FROM spine UNION ALL
    SELECT a.person_id, s.pid FROM alias_of a JOIN spine s ON s.person_id = a.canonical_person_id ANTI JOIN spine t ON t.person_id = a.person_id`;
  const house = 'SELECT household_id, any_value(hid) AS hid FROM spine WHERE hid IS NOT NULL GROUP BY household_id';
  return [
    { name: 'aliases', table: 'alias_of', query: alias },
    { name: 'roll', table: 'roll', query: rollQuery(input, persons, rollColumns) },
    { name: 'customers', table: 'customer_of', query: customerQuery(input) },
    { name: 'known persons', table: 'known', query: knownQuery(input, persons) },
    { name: 'persons in order', table: 'spine', query: spineQuery(persons, input.manifest.entity_id) },
    { name: 'ids', table: 'who', query: who },
    { name: 'households', table: 'house', query: house },
  ];
}

/** One row a person on a roll: the newest when a person stands on two. Rows without an ID number are found by their place in the household. */
function rollQuery(input: PeopleInput, persons: string, columns: Iterable<string>): string {
  const state = stateOf(input, 'grid_roll');
  const wanted = new Set([
    ...columns,
    'village_code',
    'group_no',
    'household_no',
    'member_no',
    'id_no',
    'birth_date',
    'sex',
    'education',
    'phone',
    'roll_date',
  ]);
  if (state === null) {
    const types = input.sources.get('grid_roll')?.columns;
    const nulls = [...wanted].map((name) => `NULL::${types?.get(name)?.type === 'date' ? 'DATE' : 'VARCHAR'} AS ${nameLiteral(name)}`);
    return `SELECT NULL::VARCHAR AS person_id, NULL::VARCHAR AS household_id, NULL::VARCHAR AS grid_code, ${nulls.join(', ')} WHERE FALSE`;
  }
  const placed = `SELECT *, 'H' || village_code || '-' || household_no AS household_id, village_code || group_no AS grid_code FROM (${state})`;
  const taken = `r.household_id, r.grid_code, ${quoted('r', wanted)}, r.file_row`;
  const numbered = `SELECT coalesce(a.canonical_person_id, r.person_id) AS person_id, ${taken}
    FROM (${placed}) r LEFT JOIN alias_of a ON a.person_id = r.person_id WHERE r.person_id IS NOT NULL`;
  const seated = `SELECT p.person_id, ${taken} FROM (${placed}) r
    JOIN (SELECT person_id, household_id, member_no FROM ${persons} WHERE id_no IS NULL) p ON p.household_id = r.household_id AND p.member_no = r.member_no
    WHERE r.person_id IS NULL`;
  const named = `${numbered} UNION ALL ${seated}`;
  return `SELECT * EXCLUDE (file_row) FROM (${firstOfEach(named, 'person_id', 'roll_date DESC NULLS LAST, grid_code DESC, file_row DESC')})`;
}

function customerQuery(input: PeopleInput): string {
  const state = stateOf(input, 'customer');
  if (state === null) return `SELECT NULL::VARCHAR AS person_id, NULL::VARCHAR AS education, NULL::VARCHAR AS phone WHERE FALSE`;
  return `SELECT coalesce(a.canonical_person_id, c.person_id) AS person_id, arg_max(c.education, (c.open_date, c.customer_no)) AS education, max(c.phone) AS phone
    FROM (${state}) c LEFT JOIN alias_of a ON a.person_id = c.person_id WHERE c.person_id IS NOT NULL GROUP BY 1`;
}

/** Everyone a row names, as of the day. Most stand on a roll or are customers; the other sources are asked for the rest only. */
function knownQuery(input: PeopleInput, persons: string): string {
  const others = [...input.sources.values()].flatMap((source) => {
    const elsewhere = source.source === 'grid_roll' || source.source === 'customer';
    const state = source.subject === 'person' && !elsewhere ? stateOf(input, source.source) : null;
    return state === null ? [] : [`SELECT person_id FROM (${state}) SEMI JOIN named USING (person_id)`];
  });
  const found =
    others.length === 0
      ? ''
      : ` UNION SELECT coalesce(a.canonical_person_id, o.person_id) FROM (${others.join(' UNION ')}) o LEFT JOIN alias_of a ON a.person_id = o.person_id`;
  return `WITH rest AS MATERIALIZED (SELECT person_id FROM ${persons} ANTI JOIN roll USING (person_id) ANTI JOIN customer_of USING (person_id)),
    named AS MATERIALIZED (SELECT person_id FROM rest UNION ALL SELECT a.person_id FROM alias_of a JOIN rest r ON r.person_id = a.canonical_person_id)
    SELECT person_id FROM roll UNION SELECT person_id FROM customer_of${found}`;
}

function spineQuery(persons: string, entityId: string): string {
  return `WITH placed AS (
      SELECT p.person_id, r.household_id, coalesce(r.grid_code, left(coalesce(p.grid_code, ${textLiteral(entityId)}), 6) || '000000') AS grid_code,
        r.grid_code IS NOT NULL AS on_roll,
        coalesce(${bornOf('p.id_no')}, r.birth_date) AS about_birth_date, coalesce(${sexOf('p.id_no')}, r.sex) AS about_sex,
        coalesce(c.education, r.education) AS about_education,
        CASE WHEN c.person_id IS NOT NULL OR r.person_id IS NOT NULL THEN c.phone IS NOT NULL OR r.phone IS NOT NULL END AS about_phone_known
      FROM (SELECT person_id, grid_code, id_no FROM ${persons}) p SEMI JOIN known USING (person_id)
      LEFT JOIN roll r USING (person_id) LEFT JOIN customer_of c USING (person_id)),
    numbered AS MATERIALIZED (SELECT *, CAST(row_number() OVER () AS INTEGER) AS pid, CASE WHEN on_roll THEN left(grid_code, 12) END AS village
      FROM (SELECT * FROM placed ORDER BY grid_code, person_id))
    SELECT pid, person_id, household_id, hid, coalesce(hid, -pid) AS hkey, grid_code, village, about_birth_date, about_sex, about_education, about_phone_known
    FROM numbered LEFT JOIN (SELECT household_id, min(pid) AS hid FROM numbered WHERE household_id IS NOT NULL GROUP BY household_id) USING (household_id)
    ORDER BY pid`;
}

/** The rows of a source with the `pid`, `hid` or `village` they belong to and the columns asked for; null = a file that is needed has not come. */
export function rowsOf(
  input: PeopleInput,
  source: Source,
  used: ReadonlyMap<string, ReadonlySet<string>>,
  after: string | null,
): string | null {
  const own = new Set([...(used.get(source.source) ?? []), ...source.key]);
  if (source.source === 'grid_roll') {
    return stateOf(input, 'grid_roll') === null ? null : `SELECT w.pid, ${quoted('s', own)} FROM roll s JOIN who w USING (person_id)`;
  }
  const state = stateOf(input, source.source, after);
  if (state === null) return null;
  const columns = quoted('s', own);
  switch (source.subject) {
    case 'person':
      return `SELECT w.pid, ${columns} FROM (${state}) s JOIN who w ON w.person_id = s.person_id`;
    case 'household':
      return `SELECT h.hid, ${columns} FROM (${state}) s JOIN house h ON h.household_id = 'H' || s.village_code || '-' || s.household_no`;
    case 'village':
      return `SELECT s.village_code AS village, ${columns} FROM (${state}) s`;
    case 'outlet':
      return outletRows(input, columns, state, used.get('village') ?? new Set());
    case 'customer':
    case 'account':
    case 'loan':
    case 'enterprise':
      break;
  }
  const owner = owningSource[source.subject] ?? '';
  const borrowed = [...(used.get(owner) ?? [])].filter((name) => owner !== source.source && !source.columns.has(name));
  const link = linkColumn[source.subject];
  return `SELECT o.pid, ${[columns, ...(borrowed.length > 0 ? [quoted('o', borrowed)] : [])].join(', ')} FROM (${state}) s JOIN ${ownerTable(owner)} o ON o.${link} = s.${link}`;
}

/** Every outlet beside every village; both lists are short. */
function outletRows(input: PeopleInput, columns: string, outlets: string, borrowed: ReadonlySet<string>): string | null {
  const villages = stateOf(input, 'village');
  if (villages === null) return null;
  const seen = borrowed.size > 0 ? `, ${quoted('v', borrowed)}` : '';
  return `SELECT v.village_code AS village, ${columns}${seen} FROM (${outlets}) s CROSS JOIN (${villages}) v`;
}

const linkColumn = { customer: 'customer_no', account: 'account_no', loan: 'loan_no', enterprise: 'uscc' } as const;
export const ownerTable = (source: string): string => `owner_${source}`;

/** Tables that lead from a customer, account, due bill or enterprise to its person, with the columns others borrow. */
export function ownerStep(input: PeopleInput, owner: Source, borrowed: ReadonlySet<string>): Step | null {
  const rows = rowsOf(input, owner, new Map([[owner.source, borrowed]]), null);
  if (rows === null) return null;
  // An owner who is also shareholder of the same enterprise counts once, in the stronger role.
  const once =
    owner.source === 'enterprise_person'
      ? ` QUALIFY row_number() OVER (PARTITION BY pid, uscc ORDER BY array_position(['owner', 'legal_representative', 'shareholder'], role)) = 1`
      : '';
  return { name: `${owner.source} (owners)`, table: ownerTable(owner.source), query: `SELECT * FROM (${rows})${once}` };
}
