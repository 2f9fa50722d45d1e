/** Who rates a group in a round. */
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openProject } from '../projects/open-project.ts';
import type { Project } from '../projects/open-project.ts';
import type { VillageDeps } from '../deps.ts';
import { evaluationRefusals as refusals } from './contract.ts';
import { lockRound, requireGroup, requireRound } from './place.ts';
import type { GroupRound } from './place.ts';
import { findWorking } from './reviewers.ts';
import { addToSheet, makeSheet } from './sheet.ts';
import type { SheetOf } from './sheet.ts';

export interface Place {
  readonly projectId: bigint;
  readonly round: number;
  readonly gridCode: string;
}

/** A panel may have so many more than asked for: from the third on an answer more changes little and costs the same. */
const beyond = 2;

interface Candidate {
  reviewer_id: bigint;
  name: string;
  state: string;
  grid_code: string;
  is_committee: boolean;
  households: number;
}

/**
 * Names the panel of a group for a round, opens the round and writes its sheet. Refuses: project_unknown, project_not_open, round_unknown, group_unknown,
 * round_closed, panel_size, reviewer_unknown, reviewer_dismissed, reviewer_elsewhere, panel_committee, panel_load, panel_answered.
 */
export async function setPanel(
  { clock }: VillageDeps,
  tx: Tx,
  session: Session,
  { projectId, round, gridCode }: Place,
  panel: { reviewers: readonly bigint[]; dueOn: string | null },
): Promise<{ project: Project; rows: number; recused: number }> {
  const project = await openProject(tx, session.entityId, projectId);
  requireRound(project, round);
  await requireGroup(tx, session, projectId, gridCode);
  const at = clock.now().toString();
  await tx.query(
    `insert into village.group_round (project_id, round, grid_code, entity_id, opened_at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [projectId, round, gridCode, session.entityId, at],
  );
  const opened = await openRound(tx, { projectId, round, gridCode });
  const candidates = await candidatesOf(tx, { projectId, round, gridCode }, panel.reviewers);
  checkPanel(project, gridCode, panel.reviewers, candidates);
  await takeOff(tx, { projectId, round, gridCode }, opened.attempt, panel.reviewers);
  await tx.query(
    `insert into village.panel (project_id, round, grid_code, reviewer_id, entity_id, added_by, added_at)
     select $1, $2, $3, unnest($4::bigint[]), $5, $6, $7 on conflict do nothing`,
    [projectId, round, gridCode, panel.reviewers, session.entityId, session.actorId, at],
  );
  await tx.query('update village.group_round set due_on = $4 where project_id = $1 and round = $2 and grid_code = $3', [
    projectId,
    round,
    gridCode,
    panel.dueOn,
  ]);
  const made = await makeSheet(tx, { projectId, entityId: session.entityId, round, attempt: opened.attempt, gridCode });
  return { project, ...made };
}

async function openRound(tx: Tx, { projectId, round, gridCode }: Place): Promise<GroupRound> {
  const found = await lockRound(tx, projectId, round, gridCode);
  if (!found) throw refuse(refusals, 'panel_unset');
  if (found.state !== 'rating') throw refuse(refusals, 'round_closed');
  return found;
}

/** With the households that each would have in the round, this group counted in. */
const candidatesOf = (tx: Tx, { projectId, round, gridCode }: Place, reviewers: readonly bigint[]): Promise<Candidate[]> =>
  tx.query<Candidate>(
    `select r.reviewer_id, r.name, r.state, r.grid_code, r.is_committee,
       (select count(*)::int from village.household h where h.project_id = $1 and h.state = 'in_pool' and h.shade <> 'black'
         and h.grid_code = any (array(select $3::text collate "C" union select p.grid_code from village.panel p
           where p.project_id = $1 and p.round = $2 and p.reviewer_id = r.reviewer_id))) as households
     from village.reviewer r where r.project_id = $1 and r.reviewer_id = any ($4::bigint[])`,
    [projectId, round, gridCode, reviewers],
  );

function checkPanel({ rules }: Project, gridCode: string, asked: readonly bigint[], candidates: readonly Candidate[]): void {
  const { reviewers: least, least_outside_committee: outside, households_per_reviewer: most } = rules.settings.panel;
  if (asked.length < least || asked.length > least + beyond) {
    throw refuse(refusals, 'panel_size', { zh: `要 ${least}–${least + beyond} 人`, en: `${least} to ${least + beyond} are needed` });
  }
  const missing = asked.filter((id) => !candidates.some((row) => row.reviewer_id === id));
  if (missing.length > 0) throw refuse(refusals, 'reviewer_unknown', { zh: `R${missing.join('、R')}`, en: `R${missing.join(', R')}` });
  const named = (code: 'reviewer_dismissed' | 'reviewer_elsewhere' | 'panel_load', wrong: (row: Candidate) => boolean): void => {
    const names = candidates.filter(wrong).map(({ name }) => name);
    if (names.length > 0) throw refuse(refusals, code, { zh: names.join('、'), en: names.join(', ') });
  };
  named('reviewer_dismissed', ({ state }) => state === 'dismissed');
  named('reviewer_elsewhere', ({ grid_code }) => !gridCode.startsWith(grid_code));
  if (candidates.filter((row) => !row.is_committee).length < outside) {
    throw refuse(refusals, 'panel_committee', { zh: `至少 ${outside} 人`, en: `at least ${outside}` });
  }
  named('panel_load', ({ households }) => households > most);
}

/** Those who are no longer on the panel. Refuses: panel_answered. */
async function takeOff(tx: Tx, { projectId, round, gridCode }: Place, attempt: number, kept: readonly bigint[]): Promise<void> {
  const gone = await tx.query<{ reviewer_id: bigint }>(
    `delete from village.panel where project_id = $1 and round = $2 and grid_code = $3 and reviewer_id <> all ($4::bigint[]) returning reviewer_id`,
    [projectId, round, gridCode, kept],
  );
  if (gone.length === 0) return;
  const place = [projectId, round, gridCode, attempt, gone.map((row) => row.reviewer_id)];
  const [answered] = await tx.query<{ name: string }>(
    `select name from village.reviewer where reviewer_id in (select reviewer_id from village.sheet_row
       where project_id = $1 and round = $2 and grid_code = $3 and attempt = $4 and reviewer_id = any ($5::bigint[]) and answered_at is not null)
     order by 1 limit 1`,
    place,
  );
  if (answered) throw refuse(refusals, 'panel_answered', { zh: answered.name, en: answered.name });
  await tx.query(
    `delete from village.sheet_row where project_id = $1 and round = $2 and grid_code = $3 and attempt = $4 and reviewer_id = any ($5::bigint[])`,
    place,
  );
}

/** The sheet of a panel made anew after the pool changed. Refuses: project_unknown, project_not_open, round_unknown, group_unknown, panel_unset, round_closed. */
export async function renewSheet(tx: Tx, session: Session, place: Place): Promise<{ project: Project; rows: number; recused: number }> {
  const { project, of } = await sheetAt(tx, session, place);
  return { project, ...(await makeSheet(tx, of)) };
}

/**
 * One reviewer more for people whose answers are too few or too far apart. Refuses: reviewer_unknown, reviewer_dismissed, reviewer_elsewhere, then as
 * `renewSheet`, then nothing_to_ask.
 */
export async function askMore(
  tx: Tx,
  session: Session,
  place: Place,
  { reviewerId, persons }: { reviewerId: bigint; persons: readonly string[] },
): Promise<{ project: Project; rows: number; recused: number }> {
  // The reviewer before the round, as answers are taken: two who lock in different orders would wait for each other for ever.
  const reviewer = await findWorking(tx, session, reviewerId);
  if (reviewer.project_id !== place.projectId) throw refuse(refusals, 'reviewer_unknown');
  if (!place.gridCode.startsWith(reviewer.grid_code))
    throw refuse(refusals, 'reviewer_elsewhere', { zh: reviewer.name, en: reviewer.name });
  const { project, of } = await sheetAt(tx, session, place);
  const rows = await tx.query<{ person_id: string }>(
    `select person_id from village.evaluated e where project_id = $1 and grid_code = $2 and person_id = any ($3::text[])
       and outcome in ('more_reviewers', 'third_opinion')
       and not exists (select from village.sheet_row s where s.project_id = $1 and s.round = $4 and s.attempt = $5 and s.reviewer_id = $6
         and s.person_id = e.person_id)`,
    [place.projectId, place.gridCode, persons, place.round, of.attempt, reviewerId],
  );
  if (rows.length === 0) throw refuse(refusals, 'nothing_to_ask');
  const asked = rows.map((row) => row.person_id);
  return { project, ...(await addToSheet(tx, of, reviewerId, asked)) };
}

async function sheetAt(tx: Tx, session: Session, place: Place): Promise<{ project: Project; of: SheetOf }> {
  const project = await openProject(tx, session.entityId, place.projectId);
  requireRound(project, place.round);
  await requireGroup(tx, session, place.projectId, place.gridCode);
  const { attempt } = await openRound(tx, place);
  return { project, of: { ...place, entityId: session.entityId, attempt } };
}
