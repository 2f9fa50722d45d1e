/** Rows of the pool as acts hold and change them. As owner, after the scope check that `holdHousehold` is. */
import { record } from '#platform/audit/index.ts';
import { ageOn } from '#modules/population/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { retake } from '../limits/retake.ts';
import { refreshStages } from '../progress/stages.ts';
import type { Project } from '../projects/open-project.ts';
import { poolRefusals } from './contract.ts';
import type { poolActs } from './contract.ts';
import { seatsOf } from './seats.ts';
import type { Part } from './seats.ts';

export interface HeldHousehold {
  household_id: string;
  grid_code: string;
  head_person_id: string | null;
  head_name: string | null;
  state: 'in_pool' | 'excluded' | 'merged';
  manager_id: string | null;
  hue: number;
  address: string | null;
  excluded_reason: string | null;
  shade: 'white' | 'grey' | 'black';
  shade_reasons: string[];
  is_filed: boolean;
  revision: number;
}

export interface MemberRow {
  person_id: string;
  household_id: string;
  name: string;
  birth_date: string | null;
  part: Part;
  presence: 'present' | 'moved' | 'deceased';
  position: number;
  /** What the pre-filter saw in them. */
  shade_reason: string | null;
}

/** Who acts, in which open project, when: what every act is given. */
export interface Acting {
  readonly tx: Tx;
  readonly session: Session;
  readonly project: Project;
  readonly today: string;
  readonly at: string;
  readonly requestId: string;
}

/**
 * Locks households of the pool within the reader's grid, in the order of their ids so that two acts never wait for each other.
 * @throws Problem household_unknown, household_merged, household_changed, naming the households
 */
export async function holdHouseholds(
  { tx, session, project }: Acting,
  asked: readonly { household_id: string; revision: number }[],
): Promise<HeldHousehold[]> {
  const rows = await tx.query<HeldHousehold>(
    `select household_id, grid_code, head_person_id, head_name, state, manager_id, hue, address, excluded_reason, shade, shade_reasons, is_filed, revision
     from village.household
     where project_id = $1 and entity_id = $2 and household_id = any($3::text[]) and grid_code ^@ any($4::text[])
     order by household_id for update`,
    [project.project_id, session.entityId, asked.map(({ household_id }) => household_id), session.scopes],
  );
  const found = new Map(rows.map((row) => [row.household_id, row]));
  const missing = asked.filter(({ household_id }) => !found.has(household_id));
  if (missing.length > 0) throw naming('household_unknown', missing);
  const merged = rows.filter(({ state }) => state === 'merged');
  if (merged.length > 0) throw naming('household_merged', merged);
  const changed = asked.filter(({ household_id, revision }) => found.get(household_id)?.revision !== revision);
  if (changed.length > 0) throw naming('household_changed', changed);
  return rows;
}

/** One household whose people change: it must be in the pool. @throws Problem as holdHouseholds, and household_excluded */
export async function holdHousehold(acting: Acting, asked: { household_id: string; revision: number }): Promise<HeldHousehold> {
  const [held] = await holdHouseholds(acting, [asked]);
  if (!held) throw naming('household_unknown', [asked]);
  if (held.state === 'excluded') throw naming('household_excluded', [held]);
  return held;
}

export function naming(code: keyof typeof poolRefusals, households: readonly { household_id: string }[]): ReturnType<typeof refuse> {
  const faults = households
    .slice(0, 100)
    .map(({ household_id }) => ({ place: household_id, zh: poolRefusals[code].zh, en: poolRefusals[code].en }));
  return refuse(poolRefusals, code, undefined, faults);
}

export function membersOf({ tx, project }: Acting, householdIds: readonly string[]): Promise<MemberRow[]> {
  return tx.query(
    `select person_id, household_id, name, birth_date, part, presence, position, shade_reason from village.member
     where project_id = $1 and household_id = any($2::text[]) order by household_id, position, person_id`,
    [project.project_id, householdIds],
  );
}

/** The history of households, each line with what stood before. */
export async function writeEvents(
  { tx, session, project, at }: Acting,
  act: (typeof poolActs)[number],
  events: readonly { household_id: string; grid_code: string; detail: Record<string, unknown> }[],
): Promise<void> {
  await tx.query(
    `insert into village.pool_event (project_id, household_id, entity_id, grid_code, act, detail, done_by, done_at)
     select $1, household_id, $2, grid_code, $3, detail, $4, $5
     from jsonb_to_recordset($6::jsonb) as r (household_id text, grid_code text, detail jsonb)`,
    [project.project_id, session.entityId, act, session.actorId, at, JSON.stringify(events)],
  );
}

/**
 * After people came, went or changed: parts, head and number of members follow from who is there, and so do limits and stages.
 * Parts go down before they go up: at no moment has a household two subjects.
 */
export async function settleMembers(acting: Acting, householdIds: readonly string[]): Promise<void> {
  const { tx, project, today } = acting;
  const heads = await tx.query<{ household_id: string; head_person_id: string | null }>(
    'select household_id, head_person_id from village.household where project_id = $1 and household_id = any($2::text[])',
    [project.project_id, householdIds],
  );
  const headOf = new Map(heads.map((row) => [row.household_id, row.head_person_id]));
  const seats = new Map<string, Part>();
  for (const members of Map.groupBy(await membersOf(acting, householdIds), ({ household_id }) => household_id).values()) {
    const seated = members.map((member) => ({
      personId: member.person_id,
      age: ageOn(today, member.birth_date),
      isPresent: member.presence === 'present',
      isDoubted: member.shade_reason !== null,
      isHead: member.person_id === headOf.get(member.household_id),
      position: member.position,
      part: member.part,
    }));
    for (const [personId, part] of seatsOf(seated, project.rules.settings.rated)) seats.set(personId, part);
  }
  const write = (these: string): Promise<unknown> =>
    tx.query(
      `update village.member m set part = r.part from unnest($2::text[], $3::text[]) as r (person_id, part)
       where m.project_id = $1 and m.person_id = r.person_id and m.part <> r.part and r.part ${these} 'subject'`,
      [project.project_id, [...seats.keys()], [...seats.values()]],
    );
  await write('<>');
  await write('=');
  await tx.query(
    `update village.household h set members = counted.n
     from (select h.household_id, count(m.person_id) filter (where m.presence = 'present') as n
       from village.household h left join village.member m using (project_id, household_id)
       where h.project_id = $1 and h.household_id = any($2::text[]) group by 1) as counted
     where h.project_id = $1 and h.household_id = counted.household_id`,
    [project.project_id, householdIds],
  );
  await retake(tx, project.project_id, { householdIds });
}

/** Revision, moment and stages of households that were changed, and the line in the audit trail. Answers their revisions. */
export async function sealHouseholds(
  { tx, session, project, today, at, requestId }: Acting,
  act: (typeof poolActs)[number],
  householdIds: readonly string[],
  reason?: string,
): Promise<{ household_id: string; revision: number }[]> {
  const rows = await tx.query<{ household_id: string; revision: number }>(
    `update village.household set revision = revision + 1, changed_at = $3 where project_id = $1 and household_id = any($2::text[])
     returning household_id, revision`,
    [project.project_id, householdIds, at],
  );
  await refreshStages(tx, project.project_id, householdIds, today);
  await record(tx, {
    entityId: session.entityId,
    actorId: session.actorId,
    action: `village.pool.${act}`,
    subjectKind: householdIds.length === 1 ? 'village.household' : 'village.project',
    subjectId: householdIds.length === 1 ? (householdIds[0] ?? '') : `V${project.project_id}`,
    ...(reason === undefined ? {} : { reason }),
    detail: { project: `V${project.project_id}`, households: householdIds.length },
    requestId,
  });
  return rows.toSorted((a, b) => (a.household_id < b.household_id ? -1 : 1));
}
