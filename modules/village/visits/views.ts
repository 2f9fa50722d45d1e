/** Who is to be visited, and everything that the person at the door needs. */
import { placeText, readPlaces } from '#modules/population/index.ts';
import { refuse } from '#platform/http/index.ts';
import { readPage, Where } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { limitRefusals } from '../limits/contract.ts';
import { visitNumbers } from '../progress/stages.ts';
import type { Project } from '../projects/open-project.ts';
import { visitRefusals } from './contract.ts';
import type { VisitedPerson, VisitList, VisitQuery, VisitRow, VisitSheet } from './contract.ts';
import { nothingSaid } from './ground.ts';
import type { Said } from './ground.ts';
import type { Place } from './judge.ts';

interface Row extends Omit<VisitRow, 'evaluated_fen'> {
  evaluated_fen: bigint | null;
}

/** One row a household of the pool that the village has spoken about, with its newest visit and whether one ever counted. */
const listed = `(
  select h.project_id, h.household_id, h.household_no, h.head_name, h.address, h.grid_code, h.hue,
    e.evaluated_fen, v.started_at as visited_at, v.faults = '{}' as is_valid, coalesce(v.faults, '{}') as faults,
    coalesce(jsonb_array_length(v.differences), 0) as differences,
    exists (select from village.visit c where c.project_id = h.project_id and c.household_id = h.household_id and c.faults = '{}') as is_done
  from village.household h
  join village.member m on m.project_id = h.project_id and m.household_id = h.household_id and m.part = 'subject' and m.presence = 'present'
  join village.evaluated e on e.project_id = m.project_id and e.person_id = m.person_id and e.outcome in ('evaluated', 'manual')
  left join lateral (
    select n.started_at, n.faults, n.differences from village.visit n
    where n.project_id = h.project_id and n.household_id = h.household_id order by n.started_at desc limit 1) v on true
  where h.state = 'in_pool') as listed`;

export async function listVisits(tx: Tx, projectId: bigint, query: VisitQuery): Promise<VisitList> {
  const area = new Where().add((place) => `project_id = ${place(projectId)}`).startsWith('grid_code', query.grid_code);
  const where = area.copy();
  if (query.state !== 'all') where.add(() => (query.state === 'due' ? 'not is_done' : 'is_done'));
  const { rows, nextCursor } = await readPage<Row>(tx, {
    table: listed,
    id: 'household_id',
    select: 'household_id, household_no, head_name, address, grid_code, hue, evaluated_fen, visited_at, is_valid, faults, differences',
    where,
    // As the pool's own index has them, so that a page ends where it is full.
    sort: { column: 'grid_code', type: 'text', nullable: false },
    descending: false,
    limit: query.limit,
    cursor: query.cursor,
    invalidCursor: () => refuse(limitRefusals, 'cursor_invalid'),
  });
  // Kept in step with what happens to households: a county's would be counted for seconds.
  const { due, done } = visitNumbers;
  const counted = area.copy().add(() => `stage in (${due}, ${done})`);
  const [counts] = await tx.query<VisitList['counts']>(
    `select coalesce(sum(households) filter (where stage = ${due}), 0)::int as due,
       coalesce(sum(households) filter (where stage = ${done}), 0)::int as done from village.progress_total ${counted.sql}`,
    counted.values,
  );
  return {
    items: rows.map((row) => ({
      household_id: row.household_id,
      household_no: row.household_no,
      head_name: row.head_name,
      address: row.address,
      grid_code: row.grid_code,
      hue: row.hue,
      evaluated_fen: row.evaluated_fen === null ? null : String(row.evaluated_fen),
      visited_at: row.visited_at,
      is_valid: row.is_valid,
      faults: row.faults,
      differences: row.differences,
    })),
    next_cursor: nextCursor,
    counts: counts ?? { due: 0, done: 0 },
  };
}

export interface SheetGround {
  readonly project: Project;
  readonly said: ReadonlyMap<string, Said>;
  readonly points: readonly (Place & { place: string })[];
}

type HouseholdRow = Pick<
  VisitSheet,
  'household_id' | 'household_no' | 'head_name' | 'address' | 'grid_code' | 'hue' | 'place' | 'manager' | 'is_filed'
>;

/** Refuses: household_not_in_pool. */
export async function readHouseholdRow(tx: Tx, projectId: bigint, householdId: string): Promise<HouseholdRow> {
  const [row] = await tx.query<Omit<HouseholdRow, 'place' | 'manager'> & { manager_id: string | null; manager_name: string | null }>(
    `select h.household_id, h.household_no, h.head_name, h.address, h.grid_code, h.hue, h.is_filed, h.manager_id, s.name as manager_name
     from village.household h left join organization.staff s on s.entity_id = h.entity_id and s.staff_id = h.manager_id
     where h.project_id = $1 and h.household_id = $2 and h.state = 'in_pool'`,
    [projectId, householdId],
  );
  if (!row) throw refuse(visitRefusals, 'household_not_in_pool');
  const { manager_id, manager_name, ...household } = row;
  return {
    ...household,
    place: placeText(row.grid_code, await readPlaces(tx, [row.grid_code])),
    manager: manager_id === null ? null : { staff_id: manager_id, name: manager_name ?? manager_id },
  };
}

/** Everybody, as the roll has them after the subject. */
export const readVisitedPeople = (tx: Tx, projectId: bigint, householdId: string): Promise<PersonRow[]> =>
  tx.query<PersonRow>(
    `select m.person_id, m.name, m.relation, m.sex, m.trade, extract(year from m.birth_date)::int as birth_year, m.part, m.presence, e.evaluated_fen
     from village.member m left join village.evaluated e using (project_id, person_id)
     where m.project_id = $1 and m.household_id = $2
     order by m.part = 'subject' desc, m.presence <> 'present', m.part = 'listed', m.position, m.person_id`,
    [projectId, householdId],
  );

type PersonRow = Pick<VisitedPerson, 'person_id' | 'name' | 'relation' | 'sex' | 'trade' | 'birth_year' | 'part' | 'presence'> & {
  evaluated_fen: bigint | null;
};

export async function readSheet(
  tx: Tx,
  session: Session,
  household: HouseholdRow,
  people: readonly PersonRow[],
  ground: SheetGround,
): Promise<VisitSheet> {
  const { project, said, points } = ground;
  const [point] = points;
  const colleagues = await tx.query<VisitSheet['colleagues'][number]>(
    `select s.staff_id, s.name from organization.staff me join organization.staff s using (entity_id, institution_id)
     where me.entity_id = $1 and me.staff_id = $2 and s.staff_id <> me.staff_id and s.is_active order by s.name, s.staff_id`,
    [session.entityId, session.actorId],
  );
  return {
    ...household,
    people: people.map((person) => ({
      ...person,
      is_subject: person.part === 'subject',
      is_asked: person.part !== 'listed' && person.presence === 'present',
      ...spoken(said.get(person.person_id) ?? nothingSaid),
      evaluated_fen: person.evaluated_fen === null ? null : String(person.evaluated_fen),
    })),
    form: project.rules.forms.visit,
    conditions: project.rules.settings.visit,
    point: point === undefined ? null : { latitude: point.latitude, longitude: point.longitude, of: kindOf(point.place, household) },
    colleagues,
    visits: await readVisits(tx, session, project.project_id, household.household_id),
  };
}

const spoken = ({ reviewers, majority, disputed }: Said) => ({ reviewers, majority, disputed: [...disputed] });

const kindOf = (place: string, household: HouseholdRow): 'household' | 'group' | 'village' =>
  place === household.household_id ? 'household' : place === household.grid_code ? 'group' : 'village';

type Kept = VisitSheet['visits'][number];
type VisitedRow = Omit<Kept, 'visited_by' | 'second' | 'corrections' | 'people'> & {
  visited_by: string;
  visitor: string | null;
  second_id: string | null;
  companion: string | null;
  answers: Kept['people'];
};

async function readVisits(tx: Tx, session: Session, projectId: bigint, householdId: string): Promise<Kept[]> {
  const rows = await tx.query<VisitedRow>(
    `select v.visit_id, v.visited_by, s.name as visitor, v.second_id, c.name as companion, v.started_at, v.seconds, v.distance_m, v.faults, v.photos,
       v.answers, v.differences
     from village.visit v
     left join organization.staff s on s.entity_id = v.entity_id and s.staff_id = v.visited_by
     left join organization.staff c on c.entity_id = v.entity_id and c.staff_id = v.second_id
     where v.entity_id = $1 and v.project_id = $2 and v.household_id = $3 order by v.started_at desc limit 20`,
    [session.entityId, projectId, householdId],
  );
  const corrections = await tx.query<
    Omit<Kept['corrections'][number], 'corrected_by'> & { visit_id: string; corrected_by: string; name: string | null }
  >(
    `select c.visit_id, c.person_id, c.before, c.after, c.reason, c.corrected_by, s.name, c.corrected_at from village.visit_correction c
     left join organization.staff s on s.entity_id = c.entity_id and s.staff_id = c.corrected_by
     where c.visit_id = any($1::uuid[]) order by c.correction_id desc`,
    [rows.map(({ visit_id }) => visit_id)],
  );
  const byVisit = Map.groupBy(corrections, ({ visit_id }) => visit_id);
  return rows.map(({ visited_by, visitor, second_id, companion, answers, ...row }) => ({
    ...row,
    visited_by: { staff_id: visited_by, name: visitor ?? visited_by },
    second: second_id === null ? null : { staff_id: second_id, name: companion ?? second_id },
    people: answers,
    corrections: (byVisit.get(row.visit_id) ?? []).map(({ person_id, before, after, reason, corrected_by, name, corrected_at }) => ({
      person_id,
      before,
      after,
      reason,
      corrected_by: { staff_id: corrected_by, name: name ?? corrected_by },
      corrected_at,
    })),
  }));
}
