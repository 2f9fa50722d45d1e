/** A county in the middle of its project, by SQL: as many people, villages and groups as Guanyun, each stage with about the shares of a real one. */
import { withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';

const entity = '320723';
const villages = 355;
const groups = 2725;

/** Households are numbered; which stage one has come to follows from its number alone, so that every run is the same. */
export async function makeCounty(db: Database, households: number): Promise<{ projectId: bigint; people: number }> {
  return withOwner(db, async (tx) => {
    await tx.query(`create table population.grid_node_bench partition of population.grid_node for values in ('${entity}')`);
    for (const text of ground) await tx.query(text);
    const [project] = await tx.query<{ project_id: bigint }>(projectSql);
    if (!project) throw new Error('no project was made');
    const id = project.project_id;
    await tx.query(householdSql, [id, households]);
    await tx.query(memberSql, [id]);
    for (const text of truthSql) await tx.query(text, [id]);
    await tx.query('analyze');
    const [count] = await tx.query<{ people: number }>('select count(*)::int as people from village.member');
    return { projectId: id, people: count?.people ?? 0 };
  });
}

/** `lpad` of township, village and group: 13 townships, 355 villages, 2,725 groups. */
const groupSql = `
  select number, '320723' || lpad((1 + village % 13)::text, 3, '0') || lpad((1 + village / 13)::text, 3, '0')
    || lpad((1 + number / ${villages})::text, 2, '0') as code, village
  from (select number, number % ${villages} as village from generate_series(0, ${groups - 1}) as number) as numbered`;

const ground = [
  `insert into organization.entity (entity_id, name, short_name, root_grid_code) values ('${entity}', '灌云农商行', '灌云农商行', '${entity}')`,
  `insert into organization.institution (entity_id, institution_id, parent_id, kind, name) values ('${entity}', 'HQ', null, 'head_office', '总行')`,
  `insert into organization.institution (entity_id, institution_id, parent_id, kind, name)
   select '${entity}', 'B' || n, 'HQ', 'branch', '支行' || n from generate_series(1, 13) as n`,
  `insert into organization.staff (entity_id, staff_id, institution_id, name, login, roles)
   select '${entity}', 'M' || n, 'B' || (1 + n % 13), '经理' || n, 'm' || n || '.bench', array['manager'] from generate_series(0, 119) as n`,
  `insert into organization.grid_assignment (entity_id, staff_id, grid_code)
   select distinct '${entity}', 'M' || (village % 117), left(code, 12) from (${groupSql}) as g`,
  `insert into population.grid_node (entity_id, grid_code, level, name, people, adults, households, customers, as_of)
   select distinct '${entity}', left(code, digits), level, left(code, digits), 0, 0, 0, 0, date '2026-11-20'
   from (${groupSql}) as g cross join (values (6, 'county'), (9, 'township'), (12, 'village'), (14, 'group')) as levels (digits, level)`,
  `insert into village.place (entity_id, village_code, name, longitude, latitude)
   select distinct '${entity}', left(code, 12), left(code, 12), 119 + village % 21 * 0.02, 34 + village / 21 * 0.02 from (${groupSql}) as g`,
  `insert into village.configuration (entity_id, hash, content, installed_at) values ('${entity}', 'bench', '{}', now())`,
];

const projectSql = `
  insert into village.project (entity_id, name, batch_no, product, configuration, starts_on, ends_on, rounds, targets, take_rule, state, made_by,
    made_at, opened_at)
  values ('${entity}', '灌云县', '2026-1', 'zheng_cun_dai', 'bench', '2026-05-04', '2026-12-31', 2, '{"filed": 900, "granted": 800, "used": 500}',
    'MIN3', 'open', 'M1', now(), now()) returning project_id`;

const householdSql = `
  insert into village.household (project_id, household_id, entity_id, grid_code, members, hue, is_filed, origin, shade, manager_id, changed_at)
  select $1, 'H' || lpad(n::text, 6, '0'), '${entity}', code, 3 + n % 2, n % 8, n % 1000 < 918, 'roll', 'white', 'M' || (village % 117), now()
  from generate_series(1, $2::int) as n join (${groupSql}) as g on g.number = n % ${groups}`;

const memberSql = `
  insert into village.member (project_id, person_id, household_id, entity_id, grid_code, name, part)
  select project_id, household_id || '-' || m, household_id, entity_id, grid_code, '某某', case m when 1 then 'subject' when 2 then 'rated' else 'listed' end
  from village.household cross join lateral generate_series(1, members) as m where project_id = $1`;

/** Of a household's number: so many per mille have come so far. */
const reached = (permille: number): string => `substr(household_id, 2)::int % 1000 < ${permille}`;
const subjects = (permille: number): string => `village.member where project_id = $1 and part = 'subject' and ${reached(permille)}`;

const truthSql = [
  `insert into village.evaluated (project_id, person_id, household_id, entity_id, grid_code, round, answers, valid, outcome, computed_at)
   select project_id, person_id, household_id, entity_id, grid_code, 1, 3, 3, 'evaluated', now() from ${subjects(864)}`,
  `insert into village.visit (visit_id, project_id, household_id, entity_id, grid_code, visited_by, started_at, seconds, faults, answers, differences,
     content_hash, received_at)
   select gen_random_uuid(), project_id, household_id, entity_id, grid_code, 'M1', now(), 240, '{}', '{}', '[]', 'h', now()
   from village.household where project_id = $1 and ${reached(818)}`,
  `insert into village.determination (project_id, person_id, entity_id, grid_code, determined_fen, determined_by, determined_at)
   select project_id, person_id, entity_id, grid_code, 5000000, 'M1', now() from ${subjects(780)}`,
  `insert into village.batch (project_id, entity_id, grid_code, valid_from, valid_to, list_hash, people, total_fen, left_out, state, made_by, made_at)
   values ($1, '${entity}', '${entity}', '2026-06-01', '2027-06-01', 'h', 1, 1, 0, 'granted', 'M1', now())`,
  `with opened as (
     insert into servicing.facility (entity_id, person_id, grid_code, product, kind, limit_fen, valid_from, valid_to, state, opened_at, opened_by)
     select entity_id, person_id, grid_code, 'bench', 'revolving', 5000000, '2026-06-01', '2027-06-01',
       case when ${reached(390)} then 'active' else 'granted' end, now(), 'M1' from ${subjects(764)}
     returning person_id, facility_id)
   insert into village.batch_line (batch_id, person_id, project_id, household_id, entity_id, grid_code, name, limit_fen, state, facility_id)
   select (select max(batch_id) from village.batch), person_id, project_id, household_id, entity_id, grid_code, name, 5000000, 'granted', facility_id
   from opened join village.member using (person_id) where project_id = $1`,
  `insert into servicing.loan (entity_id, facility_id, person_id, grid_code, product, principal_fen, method, day_count, rate_ppm, overdue_rate_ppm,
     start_date, first_maturity, maturity, due_day, interest_every, grace_days, penalty_markup_ppm, principal_first, accrued_to, normal_principal_fen,
     opened_at)
   select entity_id, facility_id, person_id, grid_code, 'bench', 3400000, 'bullet', 'actual/360', 45000, 67500, '2026-07-01', '2027-06-01', '2027-06-01',
     21, 1, 0, 500000, true, '2026-11-20', 3400000, now()
   from village.batch_line where project_id = $1 and ${reached(298)}`,
];

/** What happened, counted without a stage row or a counter, and in other words than the module's. */
export const recountSql = `
  with household as (select * from village.household where project_id = $1 and state = 'in_pool'),
  lines as (select l.* from village.batch_line l join household h using (project_id, household_id) where l.state = 'granted')
  select 1 as stage, (select count(*) from village.member m join household using (project_id, household_id))::int as people,
    (select count(*) from household)::int as households, '0' as amount_fen
  union all
  select 2, (select count(*) from village.member m join household h using (project_id, household_id) where h.is_filed)::int,
    (select count(*) from household where is_filed)::int, '0'
  union all
  select 3, count(*)::int, count(distinct household_id)::int, '0' from village.evaluated e join household using (project_id, household_id)
  where e.outcome = any('{evaluated,manual,excluded}')
  union all
  select 4, (select count(*) from village.member m where m.project_id = $1 and m.part in ('subject', 'rated')
      and exists (select from village.visit v where v.project_id = $1 and v.household_id = m.household_id and cardinality(v.faults) = 0))::int,
    count(distinct household_id)::int, '0' from village.visit v join household using (project_id, household_id) where cardinality(v.faults) = 0
  union all
  select 5, count(*)::int, count(distinct household_id)::int, sum(limit_fen)::text from lines
  union all
  select 6, count(*)::int, count(distinct household_id)::int, sum(f.limit_fen)::text from lines join servicing.facility f using (facility_id)
  where f.state <> 'granted'
  union all
  select 7, count(distinct lines.person_id)::int, count(distinct household_id)::int, sum(l.normal_principal_fen + l.overdue_principal_fen)::text
  from lines join servicing.loan l using (facility_id)`;
