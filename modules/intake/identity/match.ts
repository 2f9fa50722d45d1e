import { textLiteral, type WarehouseSession } from '#platform/warehouse/index.ts';

/**
 * Finds records that are one person although no resident ID says so. Blocks bring pairs together, fields are compared, and a table of rules
 * decides; everything is deterministic, so the same state gives the same answer.
 *
 * A person without an ID (a row of the roll) is merged with one that has an ID when the name is the same, nothing contradicts, and the phone
 * together with the address or the birth date, or the birth date together with the address, agree as well; and only when that leaves exactly
 * one. Weaker agreement, another spelling, or two IDs on one name, phone and birth date make a pair for people to decide.
 */
export interface Decided {
  left_id: string;
  right_id: string;
  state: 'same' | 'different';
}

/** More persons than this on one phone or address say that it belongs to a shop, a cadre or a village, not to a person. */
const maxShared = 12;

/** Makes temp tables `alias` (person_id, canonical_person_id, basis) and `pair` (open candidates). Needs the view `record`. */
export async function matchRecords(session: WarehouseSession, decided: readonly Decided[]): Promise<void> {
  await pairUp(session);
  await describe(session);
  await compare(session);
  await session.run('create or replace temp table decided (left_id varchar, right_id varchar, state varchar)');
  for (const { left_id, right_id, state } of decided) {
    await session.run('insert into decided values (?, ?, ?)', [left_id, right_id, state]);
  }
  await decide(session);
  await followChains(session);
}

const born = `coalesce(cast(try_strptime(substr(id_no, 7, 8), '%Y%m%d') as date), birth_date)`;

/**
 * Table `block`: pairs with one side without an ID that share a phone, an address, or name and birth date; pairs with two IDs that share
 * phone, name and birth date. Everything starts from the few without an ID, so no join is larger than they are.
 */
async function pairUp(session: WarehouseSession): Promise<void> {
  const ordered = (a: string, b: string) =>
    `least(${a}.person_id, ${b}.person_id) as left_id, greatest(${a}.person_id, ${b}.person_id) as right_id`;
  const shared = (field: string) => `
    create or replace temp table at_${field} as select distinct person_id, ${field} from record where ${field} in (select ${field} from loose where ${field} is not null);
    delete from at_${field} where ${field} in (select ${field} from at_${field} group by ${field} having count(*) > ${maxShared});`;
  await session.run(`
    create or replace temp table identified as select distinct person_id from record where id_no is not null;
    create or replace temp table loose as select person_id, name, phone, birth_date, address from record where id_no is null and person_id not in (select person_id from identified);
    ${shared('phone')}
    ${shared('address')}
    create or replace temp table twice as select person_id, name, phone, ${born} as birth_date from record
      where phone is not null and hash(phone, name) in (select hash(phone, name) from record where phone is not null group by 1 having min(person_id) <> max(person_id));
    create or replace temp table block as
      select ${ordered('a', 'b')} from loose a join at_phone b on a.phone = b.phone and a.person_id <> b.person_id
      union select ${ordered('a', 'b')} from loose a join at_address b on a.address = b.address and a.person_id <> b.person_id
      union select ${ordered('a', 'b')} from loose a join (select person_id, name, ${born} as birth_date from record) b
        on a.name = b.name and a.birth_date = b.birth_date and a.person_id <> b.person_id
      union select ${ordered('a', 'b')} from twice a join twice b on a.phone = b.phone and a.name = b.name and a.birth_date = b.birth_date and a.person_id < b.person_id;
  `);
}

/** Tables `described` (what is known of each person in a block) and `spelling` (their names in all sources that carry facts). */
async function describe(session: WarehouseSession): Promise<void> {
  const best = (field: string) => `arg_min(${field}, source_no) filter (${field} is not null) as ${field}`;
  await session.run(`
    create or replace temp table involved as select * from record where person_id in (select left_id from block union select right_id from block);
    create or replace temp table spelling as select distinct person_id, name from involved where name is not null;
    create or replace temp table described as
      select person_id, bool_or(id_no is not null) as has_id, ${best('phone')}, ${best('address')},
        coalesce(any_value(${born}) filter (id_no is not null), ${best('birth_date').replace(' as birth_date', '')}) as birth_date,
        coalesce(any_value(case when cast(substr(id_no, 17, 1) as integer) % 2 = 1 then 'M' else 'F' end) filter (id_no is not null), ${best('sex').replace(' as sex', '')}) as sex
      from involved group by person_id;
  `);
}

/** `agrees`, `differs`: fields known on both sides. A name is "near" when one character of an equally long name is another. */
async function compare(session: WarehouseSession): Promise<void> {
  const near = `length(s.name) = length(t.name) and list_sum(list_transform(range(1, length(s.name) + 1), i -> cast(substr(s.name, i, 1) <> substr(t.name, i, 1) as integer))) = 1`;
  const fields = (operator: string) =>
    ['phone', 'birth_date', 'sex', 'address']
      .map((field) => `case when a.${field} ${operator} b.${field} then ${textLiteral(field)} end`)
      .join(', ');
  await session.run(`
    create or replace temp table named as select left_id, right_id, bool_or(s.name = t.name) as same_name, bool_or(${near}) as near_name
      from block join spelling s on s.person_id = left_id join spelling t on t.person_id = right_id group by left_id, right_id;
    create or replace temp table compared as select left_id, right_id, same_name, a.has_id as left_has_id, b.has_id as right_has_id,
        list_filter([case when same_name then 'name' end, ${fields('=')}], x -> x is not null) as agrees,
        list_filter([case when not same_name then 'name' end, ${fields('<>')}], x -> x is not null) as differs
      from named join described a on a.person_id = left_id join described b on b.person_id = right_id
      where same_name or near_name;
  `);
}

async function decide(session: WarehouseSession): Promise<void> {
  const holds = (field: string) => `list_contains(agrees, '${field}')`;
  const opposes = (field: string) => `list_contains(differs, '${field}')`;
  const enough = `${holds('name')} and not ${opposes('birth_date')} and not ${opposes('sex')} and not ${opposes('phone')}
    and ((${holds('phone')} and (${holds('address')} or ${holds('birth_date')})) or (${holds('birth_date')} and ${holds('address')}))`;
  const worthAsking = `not ${opposes('birth_date')} and not ${opposes('sex')}
    and (case when same_name then len(list_filter(agrees, x -> x in ('phone', 'birth_date', 'address'))) >= 1
      else len(list_filter(agrees, x -> x in ('phone', 'birth_date', 'address'))) >= 2 end)`;
  await session.run(`
    create or replace temp table sure as
      select left_id, right_id, case when left_has_id then right_id else left_id end as loose_id from compared anti join decided using (left_id, right_id)
      where ${enough} and (left_has_id <> right_has_id)
      qualify count(*) over (partition by case when left_has_id then right_id else left_id end) = 1;
    create or replace temp table link as
      select left_id, right_id, 'rule' as basis from sure union all
      select left_id, right_id, 'review' from decided where state = 'same' and left_id in (select person_id from record) and right_id in (select person_id from record);
    create or replace temp table pair as select left_id, right_id, agrees, differs from compared anti join decided using (left_id, right_id) anti join sure using (left_id, right_id)
      where ${worthAsking} and left_id not in (select loose_id from sure) and right_id not in (select loose_id from sure);
  `);
}

/** Merged persons may chain; each group keeps the person with an ID, of several the smallest identifier. */
async function followChains(session: WarehouseSession): Promise<void> {
  const links = await session.rows<{ left_id: string; right_id: string; basis: string; left_has_id: boolean; right_has_id: boolean }>(
    `select left_id, right_id, basis, left_id in (select person_id from identified) as left_has_id, right_id in (select person_id from identified) as right_has_id from link
     order by 1, 2`,
  );
  const parent = new Map<string, string>();
  const rank = new Map<string, string>();
  const root = (id: string): string => {
    const above = parent.get(id);
    return above === undefined || above === id ? id : root(above);
  };
  const byReview = new Set<string>();
  for (const link of links) {
    rank.set(link.left_id, `${link.left_has_id ? 0 : 1}${link.left_id}`);
    rank.set(link.right_id, `${link.right_has_id ? 0 : 1}${link.right_id}`);
    const [keep = '', fold = ''] = [root(link.left_id), root(link.right_id)].toSorted((a, b) =>
      (rank.get(a) ?? '') < (rank.get(b) ?? '') ? -1 : 1,
    );
    if (keep !== fold) parent.set(fold, keep);
    if (link.basis === 'review') byReview.add(fold);
  }
  await session.run('create or replace temp table alias (person_id varchar, canonical_person_id varchar, basis varchar)');
  const rows = [...parent.keys()].map((id) => `(${textLiteral(id)}, ${textLiteral(root(id))}, '${byReview.has(id) ? 'review' : 'rule'}')`);
  for (let start = 0; start < rows.length; start += 5000)
    await session.run(`insert into alias values ${rows.slice(start, start + 5000).join(', ')}`);
}
