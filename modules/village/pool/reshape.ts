/** Households as they are found on the spot: a new one, more members, another group, one that splits, two that are one, somebody who moved or died. */
import { randomBytes } from 'node:crypto';
import { householdHue } from '#modules/population/index.ts';
import { refuse } from '#platform/http/index.ts';
import { poolRefusals } from './contract.ts';
import type { FindBody, NewMember, presences } from './contract.ts';
import { renewEvaluated } from '../evaluation/evaluated.ts';
import { followSheets } from '../evaluation/follow-sheet.ts';
import { retake } from '../limits/retake.ts';
import { insertJoining, peopleJoining } from './people.ts';
import { holdHousehold, membersOf, sealHouseholds, settleMembers, writeEvents } from './store.ts';
import type { Acting, HeldHousehold } from './store.ts';

interface Asked {
  household_id: string;
  revision: number;
}
interface Done {
  household_id: string;
  revision: number;
}

/** A household that no roll has. @throws Problem group_unknown, number_wrong, name_differs, person_twice, person_in_pool */
export async function find(acting: Acting, installationKey: string, given: FindBody): Promise<Done> {
  const { grid_code, members, reason } = given;
  await refuseGroup(acting, grid_code);
  const joining = await peopleJoining(acting, installationKey, members);
  const made = await insertHousehold(acting, 'found', {
    grid_code,
    head_person_id: joining[0]?.personId ?? null,
    head_name: joining[0]?.name ?? null,
    address: given.address ?? null,
    origin_id: null,
    manager_id: null,
    is_filed: false,
  });
  await insertJoining(acting, { household_id: made, grid_code }, joining);
  await settleMembers(acting, [made]);
  const detail = { reason, people: joining.map(({ personId }) => personId) };
  await writeEvents(acting, 'find', [{ household_id: made, grid_code, detail }]);
  return one(await sealHouseholds(acting, 'find', [made], reason));
}

/** @throws Problem as holdHousehold; number_wrong, name_differs, person_twice, person_in_pool */
export async function addMembers(
  acting: Acting,
  installationKey: string,
  asked: Asked,
  members: readonly NewMember[],
  reason: string,
): Promise<Done> {
  const held = await holdHousehold(acting, asked);
  const joining = await peopleJoining(acting, installationKey, members);
  await insertJoining(acting, held, joining);
  await settleMembers(acting, [held.household_id]);
  const detail = { reason, people: joining.map(({ personId }) => personId) };
  await writeEvents(acting, 'add_member', [{ household_id: held.household_id, grid_code: held.grid_code, detail }]);
  return one(await sealHouseholds(acting, 'add_member', [held.household_id], reason));
}

/** To another group of the project; its manager keeps it only while the group is theirs. @throws Problem as holdHousehold; group_same, group_unknown */
export async function move(acting: Acting, asked: Asked, gridCode: string, reason: string): Promise<Done> {
  const held = await holdHousehold(acting, asked);
  if (held.grid_code === gridCode) throw refuse(poolRefusals, 'group_same');
  await refuseGroup(acting, gridCode);
  const managerId = held.manager_id !== null && (await covers(acting, held.manager_id, gridCode)) ? held.manager_id : null;
  const { tx, project } = acting;
  await tx.query('update village.household set grid_code = $3, manager_id = $4 where project_id = $1 and household_id = $2', [
    project.project_id,
    held.household_id,
    gridCode,
    managerId,
  ]);
  await tx.query('update village.member set grid_code = $3 where project_id = $1 and household_id = $2', [
    project.project_id,
    held.household_id,
    gridCode,
  ]);
  await retake(tx, project.project_id, { householdIds: [held.household_id] });
  await follow(acting, held.grid_code, [held.household_id]);
  const detail = { reason, before: held.grid_code, after: gridCode };
  const { household_id } = held;
  // Its history goes with it: whoever has the household now sees how it came.
  await tx.query('update village.pool_event set grid_code = $3 where project_id = $1 and household_id = $2', [
    project.project_id,
    household_id,
    gridCode,
  ]);
  await writeEvents(acting, 'move', [{ household_id, grid_code: gridCode, detail }]);
  return one(await sealHouseholds(acting, 'move', [household_id], reason));
}

/** Those named go to a household of their own, in the same group and with the same manager. @throws Problem as holdHousehold; member_unknown, members_wrong */
export async function split(acting: Acting, asked: Asked, personIds: readonly string[], reason: string): Promise<Done & { made: Done }> {
  const held = await holdHousehold(acting, asked);
  const members = await membersOf(acting, [held.household_id]);
  const going = new Set(personIds);
  const byId = new Map(members.map((member) => [member.person_id, member]));
  const strangers = personIds.filter((id) => !byId.has(id));
  if (strangers.length > 0) throw refuse(poolRefusals, 'member_unknown', { zh: strangers.join('、'), en: strangers.join(', ') });
  const staying = members.filter(({ person_id }) => !going.has(person_id));
  if (staying.length === 0) throw refuse(poolRefusals, 'members_wrong');
  const first = byId.get(personIds[0] ?? '');
  const made = await insertHousehold(acting, 'split', {
    ...held,
    head_person_id: first?.person_id ?? null,
    head_name: first?.name ?? null,
    origin_id: held.household_id,
  });
  await place(acting, { household_id: made, grid_code: held.grid_code }, [...going], 0);
  if (held.head_person_id !== null && going.has(held.head_person_id)) await nameHead(acting, held.household_id, staying[0]);
  await settleMembers(acting, [held.household_id, made]);
  await follow(acting, held.grid_code, [held.household_id, made]);
  const detail = { reason, people: [...going] };
  const { grid_code, household_id } = held;
  await writeEvents(acting, 'split_off', [{ household_id, grid_code, detail: { ...detail, into: made } }]);
  await writeEvents(acting, 'split', [{ household_id: made, grid_code, detail: { ...detail, from: household_id } }]);
  const done = await sealHouseholds(acting, 'split', [household_id, made], reason);
  return { ...one(done.filter((row) => row.household_id === household_id)), made: one(done.filter((row) => row.household_id === made)) };
}

/** All of one go into another, whose subject stays the subject. @throws Problem as holdHousehold; merge_same */
export async function merge(acting: Acting, asked: Asked, into: Asked, reason: string): Promise<Done> {
  if (asked.household_id === into.household_id) throw refuse(poolRefusals, 'merge_same');
  // In the order of ids, as every act locks.
  const ordered = [asked, into].toSorted((a, b) => (a.household_id < b.household_id ? -1 : 1));
  const held: HeldHousehold[] = [];
  for (const household of ordered) held.push(await holdHousehold(acting, household));
  const target = held.find(({ household_id }) => household_id === into.household_id);
  const source = held.find(({ household_id }) => household_id === asked.household_id);
  if (!target || !source) throw new Error('both households were held');
  const members = await membersOf(acting, [source.household_id, target.household_id]);
  const last = Math.max(0, ...members.filter(({ household_id }) => household_id === target.household_id).map(({ position }) => position));
  const coming = members.filter(({ household_id }) => household_id === source.household_id).map(({ person_id }) => person_id);
  await place(acting, target, coming, last);
  await acting.tx.query(
    "update village.household set state = 'merged', merged_into = $3, members = 0, manager_id = null where project_id = $1 and household_id = $2",
    [acting.project.project_id, source.household_id, target.household_id],
  );
  await settleMembers(acting, [target.household_id]);
  await follow(acting, source.grid_code, [target.household_id]);
  const detail = { reason, people: coming };
  await writeEvents(acting, 'merge', [
    { household_id: source.household_id, grid_code: source.grid_code, detail: { ...detail, into: target.household_id } },
  ]);
  await writeEvents(acting, 'merged_in', [
    { household_id: target.household_id, grid_code: target.grid_code, detail: { ...detail, from: source.household_id } },
  ]);
  const done = await sealHouseholds(acting, 'merge', [source.household_id, target.household_id], reason);
  return one(done.filter(({ household_id }) => household_id === target.household_id));
}

/** Somebody is here, has moved away or has died. @throws Problem as holdHousehold; member_unknown */
export async function setPresence(
  acting: Acting,
  asked: Asked,
  personId: string,
  presence: (typeof presences)[number],
  reason: string,
): Promise<Done> {
  const held = await holdHousehold(acting, asked);
  const { household_id, grid_code } = held;
  const member = (await membersOf(acting, [household_id])).find(({ person_id }) => person_id === personId);
  if (!member) throw refuse(poolRefusals, 'member_unknown', { zh: personId, en: personId });
  // Whoever is not there is nobody's subject; the part is given anew below.
  await acting.tx.query(
    `update village.member set presence = $3, part = case when $3 = 'present' then part else 'listed' end where project_id = $1 and person_id = $2`,
    [acting.project.project_id, personId, presence],
  );
  await settleMembers(acting, [household_id]);
  const detail = { reason, person: personId, before: member.presence, after: presence };
  await writeEvents(acting, 'presence', [{ household_id, grid_code, detail }]);
  return one(await sealHouseholds(acting, 'presence', [household_id], reason));
}

function one([done]: readonly Done[]): Done {
  if (!done) throw new Error('the household that was changed is not there');
  return done;
}

/** A group of the project in which there are households, within the reader's grid. */
async function refuseGroup({ tx, session, project }: Acting, gridCode: string): Promise<void> {
  const isInScope = session.scopes.some((scope) => gridCode.startsWith(scope));
  const [known] = await tx.query(
    `select 1 from village.area a join population.grid_node n on n.entity_id = a.entity_id and n.grid_code = $2
     where a.project_id = $1 and $2 ^@ a.grid_code`,
    [project.project_id, gridCode],
  );
  if (!isInScope || !known) throw refuse(poolRefusals, 'group_unknown', { zh: gridCode, en: gridCode });
}

async function covers({ tx, session }: Acting, staffId: string, gridCode: string): Promise<boolean> {
  const rows = await tx.query('select 1 from organization.grid_assignment where entity_id = $1 and staff_id = $2 and $3 ^@ grid_code', [
    session.entityId,
    staffId,
    gridCode,
  ]);
  return rows.length > 0;
}

interface Making {
  grid_code: string;
  head_person_id: string | null;
  head_name: string | null;
  address: string | null;
  origin_id: string | null;
  manager_id: string | null;
  is_filed: boolean;
  shade?: string;
  shade_reasons?: readonly string[];
}

/** Numbered by chance, not by counting: two people in the field find households at the same time. */
async function insertHousehold({ tx, session, project, at }: Acting, origin: 'found' | 'split', given: Making): Promise<string> {
  const householdId = `F${randomBytes(8).toString('hex').slice(0, 15)}`;
  await tx.query(
    `insert into village.household (project_id, household_id, entity_id, grid_code, head_person_id, head_name, address, members, hue, is_filed, origin,
       origin_id, shade, shade_reasons, manager_id, revision, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12, $13, $14, 0, $15)`,
    [
      project.project_id,
      householdId,
      session.entityId,
      given.grid_code,
      given.head_person_id,
      given.head_name,
      given.address,
      householdHue(householdId),
      given.is_filed,
      origin,
      given.origin_id,
      given.shade ?? 'white',
      given.shade_reasons ?? [],
      given.manager_id,
      at,
    ],
  );
  return householdId;
}

/** People go to another household, behind those who are there; none of them brings the part of a subject along. */
async function place(
  { tx, project }: Acting,
  { household_id, grid_code }: { household_id: string; grid_code: string },
  personIds: readonly string[],
  after: number,
): Promise<void> {
  await tx.query(
    `update village.member m set household_id = $2, grid_code = $3, position = $5 + r.place, part = case when part = 'subject' then 'rated' else part end
     from unnest($4::text[]) with ordinality as r (person_id, place) where m.project_id = $1 and m.person_id = r.person_id`,
    [project.project_id, household_id, grid_code, personIds, after],
  );
}

async function nameHead(
  { tx, project }: Acting,
  householdId: string,
  head: { person_id: string; name: string } | undefined,
): Promise<void> {
  await tx.query('update village.household set head_person_id = $3, head_name = $4 where project_id = $1 and household_id = $2', [
    project.project_id,
    householdId,
    head?.person_id ?? null,
    head?.name ?? null,
  ]);
}

/**
 * What stands of people now — evaluated, taken, recorded limits, answers still owed — lies where they lie; what was answered stays where it was answered.
 * `before`: the group they come from.
 */
async function follow(acting: Acting, before: string, householdIds: readonly string[]): Promise<void> {
  const { tx, project, session } = acting;
  for (const table of ['village.evaluated', 'village.taken'])
    await tx.query(
      `update ${table} t set household_id = m.household_id, grid_code = m.grid_code from village.member m
       where t.project_id = $1 and m.project_id = $1 and m.person_id = t.person_id and m.household_id = any($2::text[])`,
      [project.project_id, householdIds],
    );
  await tx.query(
    `update village.limit_record t set grid_code = m.grid_code from village.member m
     where t.project_id = $1 and m.project_id = $1 and m.person_id = t.person_id and m.household_id = any($2::text[])`,
    [project.project_id, householdIds],
  );
  const asked = await followSheets(tx, project, { before, householdIds });
  const clock = { today: () => Temporal.PlainDate.from(acting.today), now: () => Temporal.Instant.from(acting.at) };
  await renewEvaluated({ clock }, tx, project, asked, session.actorId);
}
