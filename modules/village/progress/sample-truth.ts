/** Rows of everything that moves a household through its stages, written as the parts write them: for tests and for the benchmark's checks. */
import type { Tx } from '#platform/postgres/index.ts';

const at = '2026-11-20T02:00:00Z';
export const entityId = '320723';

/** A project that is open, with nothing in it. */
export async function insertProject(
  tx: Tx,
  { name = '试点', ends = '2026-12-31' }: { name?: string; ends?: string } = {},
): Promise<bigint> {
  await tx.query(
    `insert into village.configuration (entity_id, hash, content, installed_at) values ($1, 'sample', '{}', $2) on conflict do nothing`,
    [entityId, at],
  );
  const [row] = await tx.query<{ project_id: bigint }>(
    `insert into village.project (entity_id, name, batch_no, product, configuration, starts_on, ends_on, rounds, targets, take_rule, state,
       made_by, made_at, opened_at)
     values ($1, $2, gen_random_uuid()::text, 'zheng_cun_dai', 'sample', '2026-05-04', $3, 3, '{"filed": 900, "granted": 800, "used": 500}',
       'MIN3', 'open', 'A003', $4, $4) returning project_id`,
    [entityId, name, ends, at],
  );
  if (!row) throw new Error('no project was inserted');
  return row.project_id;
}

export interface SampleHousehold {
  readonly id: string;
  readonly grid: string;
  readonly isFiled: boolean;
  readonly people: readonly string[];
}

export async function insertHousehold(tx: Tx, projectId: bigint, household: SampleHousehold): Promise<void> {
  const { id, grid, isFiled, people } = household;
  await tx.query(
    `insert into village.household (project_id, household_id, entity_id, grid_code, members, hue, is_filed, origin, shade, changed_at)
     values ($1, $2, $3, $4, $5, 0, $6, 'roll', 'white', $7)`,
    [projectId, id, entityId, grid, people.length, isFiled, at],
  );
  await tx.query(
    `insert into village.member (project_id, person_id, household_id, entity_id, grid_code, name, part)
     select $1, person, $2, $3, $4, '某某', case when place = 1 then 'subject' when place = 2 then 'rated' else 'listed' end
     from unnest($5::text[]) with ordinality as people (person, place)`,
    [projectId, id, entityId, grid, people],
  );
}

export async function insertEvaluated(tx: Tx, projectId: bigint, person: Placed, outcome: string): Promise<void> {
  await tx.query(
    `insert into village.evaluated (project_id, person_id, household_id, entity_id, grid_code, round, answers, valid, outcome, computed_at)
     values ($1, $2, $3, $4, $5, 1, 3, 3, $6, $7) on conflict (project_id, person_id) do update set outcome = excluded.outcome`,
    [projectId, person.id, person.household, entityId, person.grid, outcome, at],
  );
}

export interface Placed {
  readonly id: string;
  readonly household: string;
  readonly grid: string;
}

/** One answer of a new reviewer. */
export async function insertAnswer(
  tx: Tx,
  projectId: bigint,
  person: Placed,
  round: number,
  attempt: number,
  knows: 'yes' | 'no',
): Promise<void> {
  await tx.query(
    `with asked as (
       insert into village.reviewer (entity_id, project_id, grid_code, name, qualification, is_committee, registered_by, registered_at)
       values ($3, $1, left($5, 12), '某某', 'group_head', false, 'B101', $9) returning reviewer_id)
     insert into village.evaluation (evaluation_id, project_id, round, attempt, reviewer_id, person_id, household_id, entity_id, grid_code, channel,
       knows, answers, suggested_fen, content_hash, answered_at, received_at)
     select gen_random_uuid(), $1, $6, $7, reviewer_id, $2, $4, $3, $5, 'app', $8,
       case when $8 = 'yes' then '{}'::jsonb end, case when $8 = 'yes' then 5000000 end, 'h', $9, $9 from asked`,
    [projectId, person.id, entityId, person.household, person.grid, round, attempt, knows, at],
  );
}

export async function insertVisit(
  tx: Tx,
  projectId: bigint,
  { id, grid }: Pick<SampleHousehold, 'id' | 'grid'>,
  faults: string[],
): Promise<void> {
  await tx.query(
    `insert into village.visit (visit_id, project_id, household_id, entity_id, grid_code, visited_by, started_at, seconds, faults, answers,
       differences, content_hash, received_at)
     values (gen_random_uuid(), $1, $2, $3, $4, 'M101', $5, 240, $6, '{}', '[]', 'h', $5)`,
    [projectId, id, entityId, grid, at, faults],
  );
}

export async function insertDetermination(tx: Tx, projectId: bigint, person: Placed, fen: bigint): Promise<void> {
  await tx.query(
    `insert into village.determination (project_id, person_id, entity_id, grid_code, determined_fen, determined_by, determined_at)
     values ($1, $2, $3, $4, $5, 'B101', $6)`,
    [projectId, person.id, entityId, person.grid, fen, at],
  );
}

/** A granted line, with its facility when it has one. Answers the batch. */
export async function insertGrant(tx: Tx, projectId: bigint, person: Placed, fen: bigint, facilityId: bigint | null): Promise<bigint> {
  const [batch] = await tx.query<{ batch_id: bigint }>(
    `insert into village.batch (project_id, entity_id, grid_code, valid_from, valid_to, list_hash, people, total_fen, left_out, state, made_by, made_at)
     values ($1, $2, left($3, 12), '2026-11-01', '2027-11-01', 'h', 1, $4, 0, 'granted', 'A003', $5) returning batch_id`,
    [projectId, entityId, person.grid, fen, at],
  );
  if (!batch) throw new Error('no batch was inserted');
  await tx.query(
    `insert into village.batch_line (batch_id, person_id, project_id, household_id, entity_id, grid_code, name, limit_fen, state, facility_id)
     values ($1, $2, $3, $4, $5, $6, '某某', $7, 'granted', $8)`,
    [batch.batch_id, person.id, projectId, person.household, entityId, person.grid, fen, facilityId],
  );
  return batch.batch_id;
}

/** `granted`: not signed yet; `signed`: signed and closed since. */
export type FacilityIs = 'granted' | 'active' | 'signed';

export async function insertFacility(tx: Tx, person: Placed, fen: bigint, is: FacilityIs = 'active'): Promise<bigint> {
  const [row] = await tx.query<{ facility_id: bigint }>(
    `insert into servicing.facility (entity_id, person_id, grid_code, product, kind, limit_fen, valid_from, valid_to, state, opened_at, opened_by)
     values ($1, $2, $3, gen_random_uuid()::text, 'revolving', $4, '2026-11-01', '2027-11-01', $6, $5, 'D001') returning facility_id`,
    [entityId, person.id, person.grid, fen, at, is === 'signed' ? 'closed' : is],
  );
  if (!row) throw new Error('no facility was inserted');
  if (is === 'signed') {
    await tx.query(
      `insert into servicing.event (entity_id, business_date, kind, facility_id, actor_id, at) values ($1, '2026-11-20', 'facility.sign', $2, 'D001', $3)`,
      [entityId, row.facility_id, at],
    );
  }
  return row.facility_id;
}

export async function insertLoan(tx: Tx, person: Placed, facilityId: bigint, fen: bigint): Promise<bigint> {
  const [row] = await tx.query<{ loan_id: bigint }>(
    `insert into servicing.loan (entity_id, facility_id, person_id, grid_code, product, principal_fen, method, day_count, rate_ppm, overdue_rate_ppm,
       start_date, first_maturity, maturity, due_day, interest_every, grace_days, penalty_markup_ppm, principal_first, accrued_to,
       normal_principal_fen, opened_at)
     values ($1, $2, $3, $4, '整村授信贷', $5, 'bullet', 'actual/360', 45000, 67500, '2026-11-01', '2027-11-01', '2027-11-01', 21, 1, 0, 500000,
       true, '2026-11-01', $5, $6) returning loan_id`,
    [entityId, facilityId, person.id, person.grid, fen, at],
  );
  if (!row) throw new Error('no loan was inserted');
  return row.loan_id;
}

/** The entity with its places, branches and staff: who looks after the first village and the first township. */
export async function insertGround(tx: Tx, villages: readonly string[]): Promise<void> {
  await tx.query(
    `insert into organization.entity (entity_id, name, short_name, root_grid_code) values ($1, '灌云农村商业银行', '灌云农商行', $1)`,
    [entityId],
  );
  await tx.query(
    `insert into organization.institution (entity_id, institution_id, parent_id, kind, name)
     values ($1, 'HQ', null, 'head_office', '总行'), ($1, 'B01', 'HQ', 'branch', '侍庄支行')`,
    [entityId],
  );
  const staff = [
    ['A003', 'HQ', '顾晓岚', 'operations', '320723'],
    ['B101', 'B01', '孙立国', 'branch_head', '320723001'],
    ['M101', 'B01', '王秀兰', 'manager', villages[1]],
    ['M102', 'B01', '刘建军', 'manager', villages[0]],
  ];
  for (const [id, institution, name, role, grid] of staff) {
    await tx.query(
      `insert into organization.staff (entity_id, staff_id, institution_id, name, login, roles) values ($1, $2, $3, $4, lower($2), array[$5])`,
      [entityId, id, institution, name, role],
    );
    await tx.query('insert into organization.grid_assignment (entity_id, staff_id, grid_code) values ($1, $2, $3)', [entityId, id, grid]);
  }
  await tx.query(`create table population.grid_node_sample partition of population.grid_node for values in ('${entityId}')`);
  const groups = villages.flatMap((village) => [`${village}01`, `${village}02`]);
  const places = [
    ['320723', '灌云县', 'county'],
    ['320723001', '侍庄街道', 'township'],
    ['320723103', '燕尾港镇', 'township'],
    ...villages.map((code) => [code, `${code}村`, 'village']),
    ...groups.map((code) => [code, `${code.slice(12)}组`, 'group']),
  ];
  for (const [code, name, level] of places) {
    await tx.query(
      `insert into population.grid_node (entity_id, grid_code, level, name, people, adults, households, customers, as_of)
       values ($1, $2, $3, $4, 0, 0, 0, 0, '2026-11-20')`,
      [entityId, code, level, name],
    );
  }
}
