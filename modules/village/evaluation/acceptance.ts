/** Acceptance 验收: a drawn sample of a group that somebody checks on the spot before the round counts. */
import { createHash, randomBytes } from 'node:crypto';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openProject } from '../projects/open-project.ts';
import type { Project } from '../projects/open-project.ts';
import type { VillageDeps } from '../deps.ts';
import { evaluationRefusals as refusals } from './contract.ts';
import type { Acceptance, DecideAcceptance } from './contract.ts';
import { drawSample, sampleSize } from './draw.ts';
import { renewEvaluated } from './evaluated.ts';
import { isWithin, lockRound, requireGroup, requireRound } from './place.ts';
import type { Place } from './panel.ts';
import { makeSheet } from './sheet.ts';

/**
 * Draws the sample and closes the round for answers. Refuses: project_unknown, project_not_open, round_unknown, group_unknown, panel_unset, round_closed,
 * round_unfinished, nothing_to_accept.
 */
export async function drawAcceptance(deps: VillageDeps, tx: Tx, session: Session, place: Place): Promise<bigint> {
  const { projectId, round, gridCode } = place;
  const project = await openProject(tx, session.entityId, projectId);
  requireRound(project, round);
  await requireGroup(tx, session, projectId, gridCode);
  const found = await lockRound(tx, projectId, round, gridCode);
  if (!found) throw refuse(refusals, 'panel_unset');
  if (found.state !== 'rating') throw refuse(refusals, 'round_closed');
  const isDue = found.due_on !== null && found.due_on < deps.clock.today().toString();
  const open = await openRows(tx, place, found.attempt);
  if (open > 0 && !isDue) throw refuse(refusals, 'round_unfinished', { zh: `还差 ${open} 份`, en: `${open} to go` });
  const persons = await answeredPeople(tx, place, found.attempt);
  if (persons.length === 0) throw refuse(refusals, 'nothing_to_accept');
  const { ratio, least } = project.rules.settings.acceptance;
  const seed = randomBytes(12).toString('hex');
  const [row] = await tx.query<{ acceptance_id: bigint }>(
    `insert into village.acceptance (project_id, round, grid_code, attempt, entity_id, seed, ratio_permille, drawn_by, drawn_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning acceptance_id`,
    [projectId, round, gridCode, found.attempt, session.entityId, seed, ratio, session.actorId, deps.clock.now().toString()],
  );
  if (!row) throw new Error('an acceptance was not written');
  await tx.query(
    'insert into village.acceptance_item (acceptance_id, person_id, entity_id, grid_code) select $1, unnest($2::text[]), $3, $4',
    [row.acceptance_id, drawSample(seed, persons, sampleSize(persons.length, { ratio, least })), session.entityId, gridCode],
  );
  await setState(tx, place, 'sampled');
  // Rows that nobody answered in time do not hold a person up any more.
  await renewEvaluated(deps, tx, project, persons, session.actorId);
  return row.acceptance_id;
}

async function openRows(tx: Tx, { projectId, round, gridCode }: Place, attempt: number): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `select count(*)::int as n from village.sheet_row where project_id = $1 and round = $2 and grid_code = $3 and attempt = $4
       and answered_at is null and recusal is null`,
    [projectId, round, gridCode, attempt],
  );
  return row?.n ?? 0;
}

async function answeredPeople(tx: Tx, { projectId, round, gridCode }: Place, attempt: number): Promise<string[]> {
  const rows = await tx.query<{ person_id: string }>(
    `select distinct person_id from village.evaluation where project_id = $1 and round = $2 and grid_code = $3 and attempt = $4 order by 1`,
    [projectId, round, gridCode, attempt],
  );
  return rows.map((row) => row.person_id);
}

async function setState(tx: Tx, { projectId, round, gridCode }: Place, state: 'rating' | 'sampled'): Promise<void> {
  await tx.query('update village.group_round set state = $4 where project_id = $1 and round = $2 and grid_code = $3', [
    projectId,
    round,
    gridCode,
    state,
  ]);
}

interface AcceptanceRow {
  acceptance_id: bigint;
  project_id: bigint;
  round: number;
  grid_code: string;
  attempt: number;
  seed: string;
  ratio_permille: number;
  state: Acceptance['state'];
  drawn_by: string;
  drawn_at: string;
  decided_by: string | null;
  decided_at: string | null;
  remark: string | null;
  photo_hash: string | null;
  drawn_name: string | null;
  decided_name: string | null;
}

/** Under the reader's session. Refuses: acceptance_unknown. */
export async function readAcceptance(tx: Tx, project: (id: bigint) => Promise<Project>, acceptanceId: bigint): Promise<Acceptance> {
  const [row] = await tx.query<AcceptanceRow>(
    `select a.acceptance_id, a.project_id, a.round, a.grid_code, a.attempt, a.seed, a.ratio_permille, a.state, a.drawn_by, a.drawn_at, a.decided_by,
       a.decided_at, a.remark, a.photo_hash, d.name as drawn_name, c.name as decided_name
     from village.acceptance a
     left join organization.staff d on d.entity_id = a.entity_id and d.staff_id = a.drawn_by
     left join organization.staff c on c.entity_id = a.entity_id and c.staff_id = a.decided_by
     where a.acceptance_id = $1`,
    [acceptanceId],
  );
  if (!row) throw refuse(refusals, 'acceptance_unknown');
  const items = await tx.query<{
    person_id: string;
    name: string;
    household_id: string;
    evaluated_fen: bigint | null;
    outcome: Acceptance['items'][number]['outcome'] | null;
    is_right: boolean | null;
    remark: string | null;
  }>(
    `select i.person_id, m.name, m.household_id, e.evaluated_fen, e.outcome, i.is_right, i.remark
     from village.acceptance_item i join village.member m on m.project_id = $2 and m.person_id = i.person_id
     left join village.evaluated e on e.project_id = $2 and e.person_id = i.person_id
     where i.acceptance_id = $1 order by m.household_id, i.person_id`,
    [acceptanceId, row.project_id],
  );
  const { rules } = await project(row.project_id);
  return {
    acceptance_id: `N${row.acceptance_id}`,
    grid_code: row.grid_code,
    round: row.round,
    attempt: row.attempt,
    state: row.state,
    seed: row.seed,
    ratio: row.ratio_permille,
    wrong_allowed: rules.settings.acceptance.wrong_allowed,
    drawn_by: { staff_id: row.drawn_by, name: row.drawn_name ?? row.drawn_by },
    drawn_at: row.drawn_at,
    decided_by: row.decided_by === null ? null : { staff_id: row.decided_by, name: row.decided_name ?? row.decided_by },
    decided_at: row.decided_at,
    remark: row.remark,
    photo_hash: row.photo_hash,
    items: items.map((item) => ({
      ...item,
      evaluated_fen: item.evaluated_fen === null ? null : String(item.evaluated_fen),
      outcome: item.outcome ?? 'waiting',
    })),
  };
}

/**
 * Judges the sample: passed, the round of the group counts; failed, the group is asked once more and its answers stay without counting.
 * Refuses: acceptance_unknown, project_not_open, acceptance_decided, acceptance_incomplete.
 */
export async function decideAcceptance(
  deps: VillageDeps,
  tx: Tx,
  session: Session,
  acceptanceId: bigint,
  body: DecideAcceptance,
): Promise<'passed' | 'failed'> {
  const [row] = await tx.query<{ project_id: bigint; round: number; grid_code: string; attempt: number; state: string }>(
    'select project_id, round, grid_code, attempt, state from village.acceptance where entity_id = $1 and acceptance_id = $2 for update',
    [session.entityId, acceptanceId],
  );
  if (!row || !isWithin(session, row.grid_code)) throw refuse(refusals, 'acceptance_unknown');
  const project = await openProject(tx, session.entityId, row.project_id);
  if (row.state !== 'drawn') throw refuse(refusals, 'acceptance_decided');
  await judgeItems(tx, acceptanceId, body.items);
  const wrong = body.items.filter((item) => !item.is_right).length;
  const isPassed = wrong * 1000 <= body.items.length * project.rules.settings.acceptance.wrong_allowed;
  const at = deps.clock.now().toString();
  await tx.query(
    `update village.acceptance set state = $2, decided_by = $3, decided_at = $4, remark = $5, signature_sealed = $6, photo_sealed = $7, photo_hash = $8
     where acceptance_id = $1`,
    [
      acceptanceId,
      isPassed ? 'passed' : 'failed',
      session.actorId,
      at,
      body.remark,
      deps.vault.seal('village.acceptance.signature', body.signature),
      deps.vault.seal('village.acceptance.photo', body.photo),
      createHash('sha256').update(pictureBytes(body.photo)).digest('hex'),
    ],
  );
  const place = { projectId: row.project_id, round: row.round, gridCode: row.grid_code };
  if (isPassed) await acceptRound(tx, place, at);
  else await askAgain(deps, tx, session, project, place, row.attempt);
  return isPassed ? 'passed' : 'failed';
}

/** Of the picture itself, so that the file on somebody's phone can be held against it. */
const pictureBytes = (dataUrl: string): Buffer => Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64');

async function judgeItems(tx: Tx, acceptanceId: bigint, items: DecideAcceptance['items']): Promise<void> {
  const drawn = await tx.query<{ person_id: string }>('select person_id from village.acceptance_item where acceptance_id = $1', [
    acceptanceId,
  ]);
  const judged = new Set(items.map((item) => item.person_id));
  const isComplete = judged.size === items.length && judged.size === drawn.length && drawn.every((row) => judged.has(row.person_id));
  if (!isComplete) throw refuse(refusals, 'acceptance_incomplete', { zh: `共 ${drawn.length} 人`, en: `there are ${drawn.length}` });
  await tx.query(
    `update village.acceptance_item i set is_right = j.is_right, remark = j.remark
     from unnest($2::text[], $3::boolean[], $4::text[]) as j (person_id, is_right, remark)
     where i.acceptance_id = $1 and i.person_id = j.person_id`,
    [acceptanceId, items.map((item) => item.person_id), items.map((item) => item.is_right), items.map((item) => item.remark)],
  );
}

async function acceptRound(tx: Tx, { projectId, round, gridCode }: Place, at: string): Promise<void> {
  await tx.query(
    `update village.group_round set state = 'accepted', accepted_at = $4 where project_id = $1 and round = $2 and grid_code = $3`,
    [projectId, round, gridCode, at],
  );
}

async function askAgain(deps: VillageDeps, tx: Tx, session: Session, project: Project, place: Place, attempt: number): Promise<void> {
  const { projectId, round, gridCode } = place;
  await lockRound(tx, projectId, round, gridCode);
  const persons = await answeredPeople(tx, place, attempt);
  await tx.query(
    `update village.group_round set state = 'rating', attempt = $4, due_on = null where project_id = $1 and round = $2 and grid_code = $3`,
    [projectId, round, gridCode, attempt + 1],
  );
  await makeSheet(tx, { projectId, entityId: session.entityId, round, attempt: attempt + 1, gridCode });
  await renewEvaluated(deps, tx, project, persons, session.actorId);
}
