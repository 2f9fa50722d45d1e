/** Sheets follow people whose household was moved, split or merged: an answer that is still owed is owed where they live now. */
import type { Tx } from '#platform/postgres/index.ts';
import type { Project } from '../projects/open-project.ts';
import { lockRoundsAt } from './place.ts';
import { addToPanel } from './sheet.ts';

/**
 * Of every open round: rows that wait go over to the group of now where the same reviewer rates that group as well, and are closed with `moved_away`
 * where they do not; whoever rates the group is asked about those who came, and steps aside for whom they may not judge. What was answered stays where it
 * was answered. As owner, in the transaction that changed the household; `before`: the group it lay in. Answers who of them is on any sheet: fewer or more
 * are asked about them now, and what the answers come to may be another thing.
 */
export async function followSheets(
  tx: Tx,
  { project_id: projectId, entity_id: entityId }: Project,
  { before, householdIds }: { before: string; householdIds: readonly string[] },
): Promise<string[]> {
  const rows = await tx.query<{ person_id: string; grid_code: string }>(
    'select person_id, grid_code from village.member where project_id = $1 and household_id = any($2::text[]) order by 1',
    [projectId, householdIds],
  );
  const grids = [...new Set([before, ...rows.map(({ grid_code }) => grid_code)])].toSorted();
  // In one order, as answers and acceptances lock.
  for (const grid of grids) await lockRoundsAt(tx, projectId, grid);
  const persons = rows.map(({ person_id }) => person_id);
  await tx.query(goSql, [projectId, persons]);
  await tx.query(closeSql, [projectId, persons]);
  const open = await tx.query<{ round: number; attempt: number; grid_code: string }>(
    `select round, attempt, grid_code from village.group_round where project_id = $1 and grid_code = any($2::text[]) and state = 'rating' order by 1, 3`,
    [projectId, [...new Set(rows.map(({ grid_code }) => grid_code))]],
  );
  for (const { round, attempt, grid_code: gridCode } of open)
    await addToPanel(tx, { projectId, entityId, round, attempt, gridCode }, persons);
  const asked = await tx.query<{ person_id: string }>(
    'select distinct person_id from village.sheet_row where project_id = $1 and person_id = any($2::text[])',
    [projectId, persons],
  );
  return asked.map(({ person_id }) => person_id);
}

/** Rows that wait for people who lie in another group now. */
const waitingSql = `
  select s.project_id, s.round, s.attempt, s.reviewer_id, s.person_id, m.grid_code as now, m.household_id
  from village.sheet_row s
  join village.member m using (project_id, person_id)
  join village.group_round g on g.project_id = s.project_id and g.round = s.round and g.grid_code = s.grid_code and g.attempt = s.attempt
  where s.project_id = $1 and s.person_id = any($2::text[]) and s.answered_at is null and s.recusal is null and g.state = 'rating'
    and m.grid_code <> s.grid_code`;
const these = `(s.project_id, s.round, s.attempt, s.reviewer_id, s.person_id)
    = (waiting.project_id, waiting.round, waiting.attempt, waiting.reviewer_id, waiting.person_id)`;

const goSql = `
  with waiting as (${waitingSql})
  update village.sheet_row s set grid_code = waiting.now, household_id = waiting.household_id, attempt = there.attempt
  from waiting
  join village.group_round there on there.project_id = waiting.project_id and there.round = waiting.round and there.grid_code = waiting.now
    and there.state = 'rating'
  join village.panel seat on seat.project_id = waiting.project_id and seat.round = waiting.round and seat.grid_code = waiting.now
    and seat.reviewer_id = waiting.reviewer_id
  where ${these}
    and (there.attempt = waiting.attempt or not exists (select from village.sheet_row o
      where o.project_id = waiting.project_id and o.round = waiting.round and o.attempt = there.attempt and o.reviewer_id = waiting.reviewer_id
        and o.person_id = waiting.person_id))`;

const closeSql = `
  with waiting as (${waitingSql})
  update village.sheet_row s set recusal = 'moved_away' from waiting where ${these}`;
