import { textLiteral } from '#platform/warehouse/index.ts';
import { relationOf, type ResolveInput } from './resolve-records.ts';

/** Makes temp table `household`, columns as `population.household`. Needs `person`, `customer`, `roll_person`. */
export async function makeHouseholds(input: ResolveInput): Promise<void> {
  const { session } = input;
  const deposits = relationOf(input, 'deposit_account', { customer_no: 'varchar', status: 'varchar', balance: 'bigint' });
  const loans = relationOf(input, 'loan_account', { customer_no: 'varchar', status: 'varchar', balance: 'bigint' });
  const guarantees = relationOf(input, 'guarantee', { person_id: 'varchar', status: 'varchar', amount: 'bigint' });
  const farm = { village_code: 'varchar', household_no: 'varchar', income_net: 'bigint', total_asset: 'bigint', total_debt: 'bigint' };
  const adult = `birth_date <= cast(date ${textLiteral(input.asOf)} - interval 18 year as date)`;
  await session.run(`
    create or replace temp table own_money as select person_id, sum(deposit) as deposit, sum(loan) as loan, sum(guarantee) as guarantee from (
      select c.person_id, a.balance as deposit, cast(null as bigint) as loan, cast(null as bigint) as guarantee from (${deposits}) a join customer c using (customer_no) where a.status <> 'closed'
      union all select c.person_id, null, l.balance, null from (${loans}) l join customer c using (customer_no) where l.status = 'active'
      union all select coalesce(m.canonical_person_id, g.person_id), null, null, g.amount from (${guarantees}) g left join alias m using (person_id) where g.status = 'active'
    ) group by person_id;
    create or replace temp table household as
      with member as (select p.*, m.deposit, m.loan, m.guarantee from person p left join own_money m using (person_id) where household_id is not null),
      summary as (select household_id, arg_min(person_id, (not is_head, member_no, person_id)) as head_person_id, arg_min(name, (not is_head, member_no, person_id)) as head_name,
          arg_min(address, (not is_head, member_no, person_id)) as address, mode(grid_code) as grid_code, count(*) as people, count(*) filter (${adult}) as adults,
          count(*) filter (len(customer_no) > 0) as customers, sum(deposit) as deposit_fen, sum(loan) as loan_fen, sum(guarantee) as guarantee_fen
        from member group by household_id),
      survey as (select 'H' || village_code || '-' || household_no as household_id, arg_max(income_net, household_no) as income_net_fen,
          arg_max(total_asset, household_no) as total_asset_fen, arg_max(total_debt, household_no) as total_debt_fen from (${relationOf(input, 'farmer', farm)}) group by 1)
      select ${textLiteral(input.manifest.entity_id)} as entity_id, household_id, grid_code, left(grid_code, 12) as village_code, substr(grid_code, 13) as group_no,
        substr(household_id, 15) as household_no, head_person_id, head_name, address, cast(people as integer) as people, cast(adults as integer) as adults,
        cast(customers as integer) as customers, cast(deposit_fen as bigint) as deposit_fen, cast(loan_fen as bigint) as loan_fen,
        cast(guarantee_fen as bigint) as guarantee_fen, income_net_fen, total_asset_fen, total_debt_fen, date ${textLiteral(input.asOf)} as as_of
      from summary left join survey using (household_id);`);
}

/** Names of townships and counties, which no roll carries: grid code → name. */
export type PlaceNames = ReadonlyMap<string, string>;

/** Makes temp table `grid_node`, columns as `population.grid_node`: every node of the rolls, the nodes above, and the branch pool. */
export async function makeGrid(input: ResolveInput, names: PlaceNames): Promise<void> {
  const { session } = input;
  const given = [...names].map(([code, name]) => `(${textLiteral(code)}, ${textLiteral(name)})`);
  const adult = `birth_date <= cast(date ${textLiteral(input.asOf)} - interval 18 year as date)`;
  await session.run(`
    create or replace temp table given_name as select * from (values ('', '')${given.map((row) => `, ${row}`).join('')}) t(grid_code, name);
    create or replace temp table at_group as
      select grid_code, count(*) as people, count(*) filter (${adult}) as adults, count(*) filter (len(customer_no) > 0) as customers, cast(0 as bigint) as households from person group by grid_code
      union all select grid_code, 0, 0, 0, count(*) from household group by grid_code;
    create or replace temp table grid_node as
      with level as (
        select left(grid_code, 6) as grid_code, cast(null as varchar) as parent_code, 'county' as level, * exclude (grid_code) from at_group
        union all select left(grid_code, 9), left(grid_code, 6), 'township', * exclude (grid_code) from at_group where right(grid_code, 6) <> '000000' or length(grid_code) <> 12
        union all select left(grid_code, 12), left(grid_code, 9), 'village', * exclude (grid_code) from at_group where length(grid_code) = 14
        union all select grid_code, left(grid_code, 12), 'group', * exclude (grid_code) from at_group where length(grid_code) = 14
        union all select grid_code, left(grid_code, 6), 'pool', * exclude (grid_code) from at_group where right(grid_code, 6) = '000000' and length(grid_code) = 12),
      village as (select village_code as grid_code, arg_max(village_name, (roll_date, village_name)) as name from roll_person group by village_code)
      select ${textLiteral(input.manifest.entity_id)} as entity_id, l.grid_code, any_value(l.parent_code) as parent_code, any_value(l.level) as level,
        coalesce(any_value(g.name), any_value(v.name), case any_value(l.level) when 'group' then ltrim(substr(l.grid_code, 13), '0') || '组' when 'pool' then '未入册' else l.grid_code end) as name,
        cast(sum(people) as integer) as people, cast(sum(adults) as integer) as adults, cast(sum(households) as integer) as households,
        cast(sum(customers) as integer) as customers, date ${textLiteral(input.asOf)} as as_of
      from level l left join given_name g on g.grid_code = l.grid_code left join village v on v.grid_code = l.grid_code group by l.grid_code;`);
}
