/** A filled-in roll comes in: all of it or nothing, every error at its cell. */
import { refuse } from '#platform/http/index.ts';
import { poolRefusals } from './contract.ts';
import type { RolledIn } from './contract.ts';
import { keepers } from './keep.ts';
import { readRoll } from './roll-file.ts';
import { judgeRoll } from './roll-judge.ts';
import type { Keeper, Known, Wanted } from './roll-judge.ts';
import { readLines } from './roll-out.ts';
import { sealHouseholds, settleMembers, writeEvents } from './store.ts';
import type { Acting } from './store.ts';

const mostFaults = 200;

/** With `isTrial` nothing is written. @throws Problem roll_unreadable, roll_of_other, roll_wrong with its cells */
export async function rollIn(acting: Acting, file: Buffer, isTrial: boolean): Promise<RolledIn> {
  const rows = await readRoll(file, acting.project.project_id);
  const ids = rows.map(({ cells }) => cells.person_id);
  const known = { lines: await holdLines(acting, ids), keepers: await readKeepers(acting) };
  const judged = judgeRoll(rows, known);
  if ('faults' in judged) {
    const { faults } = judged;
    throw refuse(poolRefusals, 'roll_wrong', { zh: `${faults.length} 处`, en: `${faults.length} places` }, faults.slice(0, mostFaults));
  }
  const { people, households } = judged.wanted;
  const touched = [...new Set([...people, ...households].map(({ householdId }) => householdId))];
  if (!isTrial && touched.length > 0) await write(acting, judged.wanted, touched, known.lines);
  return { rows: rows.length, households: touched.length, changes: people.length + households.length, is_trial: isTrial };
}

/** The households of those named, held until the end, as far as the reader may see them. */
async function holdLines({ tx, session, project }: Acting, personIds: readonly string[]): Promise<Known['lines']> {
  const held = await tx.query<{ household_id: string; grid_code: string }>(
    `select household_id, grid_code from village.household h
     where project_id = $1 and entity_id = $2 and grid_code ^@ any($3::text[])
       and household_id in (select household_id from village.member where project_id = $1 and person_id = any($4::text[]))
     order by household_id for update`,
    [project.project_id, session.entityId, session.scopes, personIds],
  );
  const gridOf = new Map(held.map((row) => [row.household_id, row.grid_code]));
  const lines = await readLines(tx, project.project_id, [...gridOf.keys()]);
  return new Map(lines.map((line) => [line.person_id, { ...line, grid_code: gridOf.get(line.household_id) ?? '' }]));
}

async function readKeepers({ tx, session }: Acting): Promise<ReadonlyMap<string, Keeper>> {
  const rows = await tx.query<{ staff_id: string; grid_codes: string[] }>(
    `select s.staff_id, array(select grid_code from organization.grid_assignment g where g.entity_id = s.entity_id and g.staff_id = s.staff_id) as grid_codes
     from organization.staff s where s.entity_id = $1 and s.is_active and s.roles && $2::text[]`,
    [session.entityId, keepers],
  );
  return new Map(rows.map(({ staff_id, grid_codes }) => [staff_id, { staffId: staff_id, gridCodes: grid_codes }]));
}

async function write(acting: Acting, { people, households }: Wanted, touched: readonly string[], lines: Known['lines']): Promise<void> {
  const { tx, project } = acting;
  await tx.query(
    `update village.member m set relation = r.relation, presence = r.presence, part = case when r.presence = 'present' then m.part else 'listed' end
     from jsonb_to_recordset($2::jsonb) as r ("personId" text, relation text, presence text) where m.project_id = $1 and m.person_id = r."personId"`,
    [project.project_id, JSON.stringify(people)],
  );
  await tx.query(
    `update village.household h set manager_id = r."managerId", excluded_reason = r."excludedReason",
       state = case when r."excludedReason" is null then 'in_pool' else 'excluded' end
     from jsonb_to_recordset($2::jsonb) as r ("householdId" text, "managerId" text, "excludedReason" text)
     where h.project_id = $1 and h.household_id = r."householdId"`,
    [project.project_id, JSON.stringify(households)],
  );
  const changed = Map.groupBy(people, ({ householdId }) => householdId);
  await settleMembers(acting, [...changed.keys()]);
  const own = new Map(households.map((household) => [household.householdId, household]));
  const gridOf = new Map([...lines.values()].map((line) => [line.household_id, line.grid_code]));
  const events = touched.map((household_id) => ({
    household_id,
    grid_code: gridOf.get(household_id) ?? '',
    detail: { before: own.get(household_id)?.before ?? {}, people: (changed.get(household_id) ?? []).map(({ personId }) => personId) },
  }));
  await writeEvents(acting, 'roll_in', events);
  await sealHouseholds(acting, 'roll_in', touched);
}
