/** The pool as the console reads it: the list, one household, group heads, managers. Everything as the reader sees it. */
import { ageOn, placeText, readPlaces } from '#modules/population/index.ts';
import { refuse } from '#platform/http/index.ts';
import { countRows, readPage, Where } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { readProject } from '../projects/open-project.ts';
import { poolRefusals } from './contract.ts';
import type { GroupHead, ManagerList, PoolHousehold, PoolList, PoolQuery, PoolRow } from './contract.ts';
import { keepers } from './keep.ts';

interface HouseholdRow {
  household_id: string;
  household_no: string | null;
  grid_code: string;
  head_person_id: string | null;
  head_name: string | null;
  members: number;
  hue: number;
  is_filed: boolean;
  origin: PoolRow['origin'];
  shade: PoolRow['shade'];
  shade_reasons: string[];
  state: PoolRow['state'];
  excluded_reason: string | null;
  merged_into: string | null;
  manager_id: string | null;
  revision: number;
  changed_at: string;
}

const columns = `household_id, household_no, grid_code, head_person_id, head_name, members, hue, is_filed, origin, shade, shade_reasons, state,
  excluded_reason, merged_into, manager_id, revision, changed_at`;
const exactUpTo = 10_000;

export function poolWhere(projectId: bigint, query: Partial<PoolQuery>): Where {
  const where = new Where().add((place) => `project_id = ${place(projectId)}`).startsWith('grid_code', query.grid);
  if (query.state === undefined) where.add(() => "state <> 'merged'");
  where.equals('state', query.state).equals('shade', query.shade);
  if (query.manager === 'none') where.add(() => 'manager_id is null');
  else where.equals('manager_id', query.manager);
  const { filed, head } = query;
  if (filed !== undefined) where.add((place) => `is_filed = ${place(filed)}`);
  if (head !== undefined) where.add((place) => `starts_with(head_name, ${place(head)})`);
  return where;
}

/** @throws Problem project_unknown, cursor_invalid */
export async function listPool(
  tx: Tx,
  { entityId, projectId, today }: { entityId: string; projectId: bigint; today: string },
  query: PoolQuery,
  invalidCursor: () => Error,
): Promise<PoolList> {
  await readProject(tx, entityId, projectId);
  const where = poolWhere(projectId, query);
  const { rows, nextCursor } = await readPage<HouseholdRow>(tx, {
    table: 'village.household',
    id: 'household_id',
    select: columns,
    where,
    sort: { column: 'grid_code', type: 'text', nullable: false },
    descending: false,
    limit: query.limit,
    cursor: query.cursor,
    invalidCursor,
  });
  const { total, isEstimate } = await countRows(tx, 'village.household', where, exactUpTo);
  return { items: await describe(tx, rows), total, total_is_estimate: isEstimate, next_cursor: nextCursor, as_of: today };
}

async function describe(tx: Tx, rows: readonly HouseholdRow[]): Promise<PoolRow[]> {
  const places = await readPlaces(tx, [...new Set(rows.map(({ grid_code }) => grid_code))]);
  const names = await namesOf(
    tx,
    rows.flatMap(({ manager_id }) => manager_id ?? []),
  );
  return rows.map((row) => ({
    household_id: row.household_id,
    household_no: row.household_no,
    grid_code: row.grid_code,
    place: placeText(row.grid_code, places),
    head: row.head_name === null ? null : { person_id: row.head_person_id, name: row.head_name },
    members: row.members,
    hue: row.hue,
    is_filed: row.is_filed,
    origin: row.origin,
    shade: row.shade,
    shade_reasons: row.shade_reasons,
    state: row.state,
    excluded_reason: row.excluded_reason,
    merged_into: row.merged_into,
    manager: row.manager_id === null ? null : { staff_id: row.manager_id, name: names.get(row.manager_id) ?? row.manager_id },
    revision: row.revision,
    changed_at: row.changed_at,
  }));
}

async function namesOf(tx: Tx, staffIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ staff_id: string; name: string }>(
    'select staff_id, name from organization.staff where entity_id = (select organization.current_entity()) and staff_id = any($1::text[])',
    [[...new Set(staffIds)]],
  );
  return new Map(rows.map((row) => [row.staff_id, row.name]));
}

interface MemberRow {
  person_id: string;
  name: string;
  sex: string | null;
  birth_date: string | null;
  relation: string | null;
  id_masked: string | null;
  trade: string | null;
  part: 'subject' | 'rated' | 'listed';
  presence: 'present' | 'moved' | 'deceased';
  shade_reason: string | null;
  evaluated_outcome: string | null;
  evaluated_fen: bigint | null;
  taken_outcome: string | null;
  taken_fen: bigint | null;
}

/** @throws Problem project_unknown, household_unknown */
export async function readPoolHousehold(
  tx: Tx,
  entityId: string,
  projectId: bigint,
  householdId: string,
  today: string,
): Promise<PoolHousehold> {
  const project = await readProject(tx, entityId, projectId);
  const [row] = await tx.query<HouseholdRow & { address: string | null; origin_id: string | null }>(
    `select ${columns}, address, origin_id from village.household where project_id = $1 and household_id = $2`,
    [projectId, householdId],
  );
  const [described] = row ? await describe(tx, [row]) : [];
  if (!row || !described) throw refuse(poolRefusals, 'household_unknown');
  return {
    project: { project_id: `V${projectId}`, name: project.name, state: project.state },
    household: { ...described, address: row.address, origin_id: row.origin_id },
    members: await readMembers(tx, projectId, householdId, today),
    stages: await readStages(tx, projectId, householdId),
    history: await readHistory(tx, projectId, householdId),
    position: await readPosition(tx, projectId, row),
  };
}

async function readMembers(tx: Tx, projectId: bigint, householdId: string, today: string): Promise<PoolHousehold['members']> {
  const rows = await tx.query<MemberRow>(
    `select m.person_id, m.name, m.sex, m.birth_date, m.relation, m.id_masked, m.trade, m.part, m.presence, m.shade_reason,
       e.outcome as evaluated_outcome, e.evaluated_fen, t.outcome as taken_outcome, t.taken_fen
     from village.member m
     left join village.evaluated e using (project_id, person_id)
     left join village.taken t using (project_id, person_id)
     where m.project_id = $1 and m.household_id = $2 order by m.position, m.person_id`,
    [projectId, householdId],
  );
  const amount = (outcome: string | null, fen: bigint | null) =>
    outcome === null ? null : { outcome, amount_fen: fen === null ? null : String(fen) };
  return rows.map(({ birth_date, evaluated_outcome, evaluated_fen, taken_outcome, taken_fen, ...row }) => ({
    ...row,
    age: ageOn(today, birth_date),
    evaluated: amount(evaluated_outcome, evaluated_fen),
    taken: amount(taken_outcome, taken_fen),
  }));
}

async function readStages(tx: Tx, projectId: bigint, householdId: string): Promise<PoolHousehold['stages']> {
  const rows = await tx.query<{ stage: number; reached_on: string; amount_fen: bigint }>(
    'select stage, reached_on, amount_fen from village.household_stage where project_id = $1 and household_id = $2 and stage between 1 and 7 order by stage',
    [projectId, householdId],
  );
  return rows.map((row) => ({ ...row, amount_fen: String(row.amount_fen) }));
}

async function readHistory(tx: Tx, projectId: bigint, householdId: string): Promise<PoolHousehold['history']> {
  const rows = await tx.query<{
    event_id: bigint;
    act: PoolHousehold['history'][number]['act'];
    detail: Record<string, unknown>;
    done_by: string;
    done_at: string;
  }>(
    'select event_id, act, detail, done_by, done_at from village.pool_event where project_id = $1 and household_id = $2 order by event_id desc limit 200',
    [projectId, householdId],
  );
  const names = await namesOf(
    tx,
    rows.map(({ done_by }) => done_by),
  );
  return rows.map(({ event_id, act, detail, done_by, done_at }) => ({
    event_id: String(event_id),
    act,
    detail,
    by: { staff_id: done_by, name: names.get(done_by) ?? done_by },
    at: done_at,
  }));
}

/** The way to its neighbours on the list of its group. */
async function readPosition(tx: Tx, projectId: bigint, { grid_code, household_id }: HouseholdRow): Promise<PoolHousehold['position']> {
  const group = "from village.household where project_id = $1 and grid_code = $2 and state <> 'merged'";
  const [row] = await tx.query<{ before: bigint; total: bigint; previous: string | null; next: string | null }>(
    `select count(*) filter (where household_id < $3) as before, count(*) as total, max(household_id) filter (where household_id < $3) as previous,
       min(household_id) filter (where household_id > $3) as next ${group}`,
    [projectId, grid_code, household_id],
  );
  return { index: Number(row?.before ?? 0n) + 1, of: Number(row?.total ?? 0n), previous: row?.previous ?? null, next: row?.next ?? null };
}

/** Every group of the project that the reader sees, with its head where one was named. @throws Problem project_unknown */
export async function listGroupHeads(tx: Tx, entityId: string, projectId: bigint): Promise<GroupHead[]> {
  await readProject(tx, entityId, projectId);
  const rows = await tx.query<{
    grid_code: string;
    households: bigint;
    people: bigint;
    person_id: string | null;
    name: string | null;
    phone_masked: string | null;
    set_at: string | null;
    past: GroupHead['past'];
  }>(
    `select h.grid_code, h.households, h.people, g.person_id, g.name, g.phone_masked, g.set_at,
       coalesce((select json_agg(json_build_object('name', o.name, 'phone_masked', o.phone_masked, 'set_at', o.set_at, 'replaced_at', o.replaced_at)
           order by o.past_id desc)
         from village.group_head_past o where o.project_id = $1 and o.grid_code = h.grid_code), '[]') as past
     from (select grid_code, count(*) as households, sum(members) as people from village.household
       where project_id = $1 and state <> 'merged' group by 1) as h
     left join village.group_head g on g.project_id = $1 and g.grid_code = h.grid_code order by h.grid_code`,
    [projectId],
  );
  const places = await readPlaces(
    tx,
    rows.map(({ grid_code }) => grid_code),
  );
  return rows.map(({ grid_code, households, people, person_id, name, phone_masked, set_at, past }) => ({
    grid_code,
    place: placeText(grid_code, places),
    households: Number(households),
    people: Number(people),
    head: name === null || set_at === null ? null : { person_id, name, phone_masked, set_at },
    past: past.map((one) => ({ ...one, set_at: utc(one.set_at), replaced_at: utc(one.replaced_at) })),
  }));
}

/** An instant inside a document is told in the connection's own zone. */
const utc = (at: string): string => Temporal.Instant.from(at).toString();

/** Who is at work with a grid that meets the project, least busy first. @throws Problem project_unknown */
export async function listManagers(tx: Tx, entityId: string, projectId: bigint): Promise<ManagerList> {
  await readProject(tx, entityId, projectId);
  const rows = await tx.query<{ staff_id: string; name: string; grid_codes: string[]; households: bigint }>(
    `select s.staff_id, s.name, g.grid_codes, coalesce(kept.n, 0) as households
     from organization.staff s
     join lateral (select array_agg(grid_code order by grid_code) as grid_codes from organization.grid_assignment g
       where g.entity_id = s.entity_id and g.staff_id = s.staff_id) as g on g.grid_codes is not null
     left join (select manager_id, count(*) as n from village.household where project_id = $1 and state = 'in_pool' group by 1) as kept
       on kept.manager_id = s.staff_id
     where s.entity_id = $2 and s.is_active and s.roles && $3::text[]
       and exists (select 1 from village.area a, unnest(g.grid_codes) as grid where a.project_id = $1 and (a.grid_code ^@ grid or grid ^@ a.grid_code))
     order by households, s.staff_id`,
    [projectId, entityId, keepers],
  );
  return { items: rows.map((row) => ({ ...row, households: Number(row.households) })) };
}
