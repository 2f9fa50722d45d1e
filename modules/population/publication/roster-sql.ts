/**
 * The rows of the lists and of the grid's figures, in DuckDB, as tables of one session: `person_money`, `person_decision`, `roster`,
 * `household_roster`, `grid_figure`. A source that was never delivered leaves null; one that was delivered and knows nothing of a person
 * leaves null for the person and 0 only where a count is meant.
 */
import { listLiteral, stateQuery, textLiteral } from '#platform/warehouse/index.ts';
import type { Lake, Manifest, WarehouseSession } from '#platform/warehouse/index.ts';
import { unsecuredGuarantees } from '../households/exposure.ts';
import type { ScreenedDecisions } from './latest-decisions.ts';
import { resolvedFile } from './published-people.ts';

interface Published {
  lake: Lake;
  manifest: Manifest;
}

const none = (columns: string): string => `(select ${columns} where false)`;

/** Loans and guarantees against the household's cap, as `exposure.ts` counts them for one household. */
const contractSql = (loans: string): string => `
  select p, greatest(sum(balance), coalesce(max(limit_amount), 0)) as line, bool_and(guarantee_type in (${unsecuredGuarantees.map(textLiteral).join(', ')})) as is_unsecured
  from ${loans} join by_customer_no using (customer_no)
  where status = 'active' group by p, coalesce(contract_no, loan_no)`;

export async function tabulateMoney(session: WarehouseSession, { lake, manifest }: Published): Promise<void> {
  const state = (source: string, columns: string): string => {
    const query = stateQuery(lake, manifest, source, manifest.as_of);
    return query === null ? none(columns) : `(${query})`;
  };
  const accounts = state('deposit_account', "''::varchar as customer_no, ''::varchar as status, 0::bigint as balance");
  const loans = state(
    'loan_account',
    "''::varchar as customer_no, ''::varchar as loan_no, ''::varchar as contract_no, ''::varchar as status, ''::varchar as guarantee_type, 0::bigint as balance, 0::bigint as limit_amount",
  );
  const guarantees = state('guarantee', "''::varchar as person_id, ''::varchar as status, 0::bigint as amount");
  await session.run(`create temp table person_money as
    select p, deposit_fen, loan_fen, guarantee_fen, line_fen,
      e.p is not null as has_ebank, q.p is not null as has_qr, s.p is not null as has_social_security
    from people
    left join (select p, sum(balance)::bigint as deposit_fen from ${accounts} join by_customer_no using (customer_no)
      where status <> 'closed' group by p) as d using (p)
    left join (select p, sum(balance)::bigint as loan_fen from ${loans} join by_customer_no using (customer_no)
      where status = 'active' group by p) as l using (p)
    left join (select p, sum(amount)::bigint as guarantee_fen from ${guarantees} join by_person_id using (person_id)
      where status = 'active' group by p) as g using (p)
    left join (select p, (sum(line) filter (where is_unsecured))::bigint as line_fen from (${contractSql(loans)}) group by p) as c using (p)
    left join (select distinct p from ${state('ebank_user', "''::varchar as customer_no, false as mobile_flag")}
      join by_customer_no using (customer_no) where mobile_flag) as e using (p)
    left join (select distinct p from ${state('qr_month', "''::varchar as customer_no, 0::bigint as \"count\", date '1970-01-01' as month_end")}
      join by_customer_no using (customer_no)
      where "count" > 0 and month_end > date ${textLiteral(manifest.as_of)} - interval 12 month) as q using (p)
    left join (select distinct p from ${state('social_security', "''::varchar as person_id")}
      join by_person_id using (person_id)) as s using (p)`);
}

export async function tabulateDecisions(session: WarehouseSession, decisions: ScreenedDecisions | null): Promise<void> {
  const from = decisions
    ? `read_parquet(${listLiteral(decisions.files)}, union_by_name = true)`
    : none(
        "''::varchar as person_id, ''::varchar as segment, ''::varchar as outcome, 0::bigint as limit_fen, 0 as rate_ppm, 0 as score, ['']::varchar[] as reasons, ''::varchar as strategy_version",
      );
  await session.run(`create temp table person_decision as
    select p, any_value(segment) as segment, any_value(outcome) as outcome, any_value(limit_fen)::bigint as limit_fen,
      any_value(rate_ppm)::integer as rate_ppm, any_value(score)::integer as score,
      any_value(array_to_string(reasons, ',')) as reasons, any_value(strategy_version) as strategy_version
    from ${from} join by_person_id using (person_id) group by p`);
}

/** Household numbers sort as numbers when they are digits: `lpad` would cut longer ones. */
const padded = (number: string): string => `case when length(${number}) < 8 then lpad(${number}, 8, '0') else ${number} end`;
const householdNo = 'substr(household_id, 15)';

export async function tabulateRoster(session: WarehouseSession, { lake, manifest }: Published): Promise<void> {
  const entity = textLiteral(manifest.entity_id);
  await session.run(`create temp table roster as
    select ${entity} as entity_id, person.person_id, person.household_id, person.grid_code,
      person.grid_code || '-' || coalesce(${padded('substr(person.household_id, 15)')}, '') || '-' || lpad(coalesce(member_no::varchar, ''), 3, '0') as place_key,
      name, sex, birth_date, relation, trade, id_no_masked as id_masked, right(id_no, 4) as id_tail, phone_masked, deposit_fen, loan_fen,
      segment, outcome, limit_fen, rate_ppm, score, nullif(reasons, '') as reasons, p
    from ${resolvedFile(lake, manifest, 'persons')} as person
    join people on people.person_id = person.person_id
    join person_money using (p) left join person_decision using (p)`);
}

/** A household's file holds ten facts: seven of its head on the roll and three of its survey; it is complete from eight on. */
const filedFrom = 8;

export async function tabulateHouseholds(session: WarehouseSession, { lake, manifest }: Published, isScreened: boolean): Promise<void> {
  const entity = textLiteral(manifest.entity_id);
  const adultBy = `(date ${textLiteral(manifest.as_of)} - interval 18 year)::date`;
  const screened = (outcome: string): string =>
    isScreened ? `case when count(outcome) > 0 then count(*) filter (where outcome = '${outcome}') end` : 'null';
  await session.run(`create temp table household_sum as
    select household_id, count(*) as members, count(*) filter (where birth_date <= ${adultBy}) as adults,
      sum(deposit_fen)::bigint as deposit_fen, sum(loan_fen)::bigint as loan_fen, sum(guarantee_fen)::bigint as guarantee_fen,
      case when count(line_fen) + count(guarantee_fen) > 0
        then (coalesce(sum(line_fen), 0) + coalesce(sum(guarantee_fen), 0))::bigint end as exposure_fen,
      (${screened('approve')})::integer as approved, (${screened('refer')})::integer as referred, (${screened('decline')})::integer as declined,
      (sum(limit_fen) filter (where outcome = 'approve'))::bigint as limit_fen
    from roster join (select p, guarantee_fen, line_fen from person_money) using (p)
    where household_id is not null group by household_id`);
  const facts = ['head.id_no', 'head.phone', 'head.address', 'head.education', 'head.trade', 'head.reside_type', 'head.health'];
  const survey = ['household.income_net_fen', 'household.total_asset_fen', 'household.total_debt_fen'];
  const known = [...facts, ...survey].map((fact) => `(${fact} is not null)::integer`).join(' + ');
  await session.run(`create temp table household_roster as
    select ${entity} as entity_id, household_id, household.grid_code,
      household.grid_code || '-' || ${padded(householdNo)} as place_key, ${householdNo} as household_no,
      household.head_person_id, head.name as head_name, head.sex as head_sex, head.birth_date as head_birth,
      coalesce(members, 0) as members, coalesce(adults, 0) as adults, deposit_fen, loan_fen, guarantee_fen, exposure_fen,
      approved, referred, declined, limit_fen, ${known} >= ${filedFrom} as filed
    from (select household_id, grid_code, head_person_id, income_net_fen, total_asset_fen, total_debt_fen
          from ${resolvedFile(lake, manifest, 'households')}) as household
    left join household_sum using (household_id)
    left join (select person_id, name, sex, birth_date, id_no, phone, address, education, trade, reside_type, health
               from ${resolvedFile(lake, manifest, 'persons')}) as head on head.person_id = household.head_person_id`);
}

/** The codes of all nodes a row belongs to; the branch pool hangs under its county and under nothing between. */
const nodes = `unnest(case when length(grid_code) = 12 and ends_with(grid_code, '000000') then [substr(grid_code, 1, 6), grid_code]
  else list_distinct([substr(grid_code, 1, 6), substr(grid_code, 1, 9), substr(grid_code, 1, 12), grid_code]) end)`;

export interface Delivered {
  deposits: boolean;
  loans: boolean;
  ebank: boolean;
  qr: boolean;
  socialSecurity: boolean;
  decisions: boolean;
}

export async function tabulateGridFigures(session: WarehouseSession, { manifest }: Published, delivered: Delivered): Promise<void> {
  const adultBy = `(date ${textLiteral(manifest.as_of)} - interval 18 year)::date`;
  const when = (isDelivered: boolean, sql: string): string => (isDelivered ? sql : 'null');
  const people = `select grid_code, count(*) as people, count(*) filter (where birth_date <= ${adultBy}) as adults,
      ${when(delivered.deposits, 'coalesce(sum(person_money.deposit_fen), 0)')} as deposit_fen,
      ${when(delivered.loans, 'coalesce(sum(person_money.loan_fen), 0)')} as loan_fen,
      ${when(delivered.ebank, 'count(*) filter (where has_ebank)')} as ebank_users,
      ${when(delivered.qr, 'count(*) filter (where has_qr)')} as qr_merchants,
      ${when(delivered.socialSecurity, 'count(*) filter (where has_social_security)')} as social_security,
      ${when(delivered.decisions, "count(*) filter (where outcome = 'approve')")} as approved,
      ${when(delivered.decisions, "count(*) filter (where outcome = 'refer')")} as referred,
      ${when(delivered.decisions, "count(*) filter (where outcome = 'decline')")} as declined,
      ${when(delivered.decisions, "coalesce(sum(limit_fen) filter (where outcome = 'approve'), 0)")} as limit_fen,
      0 as households, 0 as filed, 0 as covered, 0 as used
    from roster join person_money using (p) group by grid_code`;
  const households = `select grid_code, 0 as people, 0 as adults, 0 as deposit_fen, 0 as loan_fen, 0 as ebank_users, 0 as qr_merchants,
      0 as social_security, 0 as approved, 0 as referred, 0 as declined, 0 as limit_fen,
      count(*) as households, count(*) filter (where filed) as filed, count(*) filter (where approved > 0) as covered,
      count(*) filter (where approved > 0 and loan_fen > 0) as used
    from household_roster group by grid_code`;
  const total = (column: string, isDelivered = true): string => `${when(isDelivered, `sum(${column})::bigint`)} as ${column}`;
  await session.run(`create temp table grid_figure as
    select ${textLiteral(manifest.entity_id)} as entity_id, node as grid_code, ${total('people')}, ${total('households')}, ${total('adults')},
      ${total('deposit_fen', delivered.deposits)}, ${total('loan_fen', delivered.loans)}, ${total('ebank_users', delivered.ebank)},
      ${total('qr_merchants', delivered.qr)}, ${total('social_security', delivered.socialSecurity)},
      ${total('approved', delivered.decisions)}, ${total('referred', delivered.decisions)}, ${total('declined', delivered.decisions)},
      ${total('limit_fen', delivered.decisions)}, ${total('filed')}, ${total('covered', delivered.decisions)},
      ${total('used', delivered.decisions && delivered.loans)}
    from (select ${nodes} as node, * from (${people} union all by name ${households})) group by node`);
}
