/** The register of reviewers: who they are, what they swore, whom they step aside for, when they are let go. */
import { createHash, randomInt } from 'node:crypto';
import { maskPhone } from '#core/identifiers/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openProject } from '../projects/open-project.ts';
import type { VillageDeps } from '../deps.ts';
import type { VillageSettings } from '../configuration.ts';
import { evaluationRefusals as refusals } from './contract.ts';
import type { RegisterReviewer } from './contract.ts';
import { isWithin, lockRoundsOf } from './place.ts';

export interface ReviewerRow {
  reviewer_id: bigint;
  entity_id: string;
  project_id: bigint;
  grid_code: string;
  person_id: string | null;
  name: string;
  state: 'registered' | 'sworn' | 'dismissed';
  is_committee: boolean;
}

const columns = 'reviewer_id, entity_id, project_id, grid_code, person_id, name, state, is_committee';

/** One of the reader's own grid, locked. Refuses: reviewer_unknown. */
export async function findReviewer(tx: Tx, session: Session, reviewerId: bigint): Promise<ReviewerRow> {
  const [row] = await tx.query<ReviewerRow>(
    `select ${columns} from village.reviewer where entity_id = $1 and reviewer_id = $2 for no key update`,
    [session.entityId, reviewerId],
  );
  if (!row || !isWithin(session, row.grid_code)) throw refuse(refusals, 'reviewer_unknown');
  return row;
}

/** The reviewer behind a session of their own, locked. */
export async function findReviewing(tx: Tx, reviewerId: bigint): Promise<ReviewerRow> {
  const [row] = await tx.query<ReviewerRow>(`select ${columns} from village.reviewer where reviewer_id = $1 for no key update`, [
    reviewerId,
  ]);
  if (!row) throw refuse(refusals, 'reviewer_unknown');
  return row;
}

/** Refuses: reviewer_unknown, reviewer_dismissed. */
export async function findWorking(tx: Tx, session: Session, reviewerId: bigint): Promise<ReviewerRow> {
  const row = await findReviewer(tx, session, reviewerId);
  if (row.state === 'dismissed') throw refuse(refusals, 'reviewer_dismissed', { zh: row.name, en: row.name });
  return row;
}

/** Refuses: project_unknown, project_not_open, group_unknown, qualification_unknown, person_unknown, reviewer_exists. */
export async function registerReviewer(
  { vault, clock }: VillageDeps,
  tx: Tx,
  session: Session,
  projectId: bigint,
  body: RegisterReviewer,
): Promise<bigint> {
  const project = await openProject(tx, session.entityId, projectId);
  const [area] = isWithin(session, body.grid_code)
    ? await tx.query('select 1 from village.area where project_id = $1 and (grid_code ^@ $2 or $2 ^@ grid_code) limit 1', [
        projectId,
        body.grid_code,
      ])
    : [];
  if (!area) throw refuse(refusals, 'group_unknown', { zh: body.grid_code, en: body.grid_code });
  if (!(body.qualification in project.rules.settings.qualifications)) throw refuse(refusals, 'qualification_unknown');
  if (body.person_id !== null) await requirePerson(tx, session.entityId, body.person_id, body.grid_code);
  const [row] = await tx.query<{ reviewer_id: bigint }>(
    `insert into village.reviewer (entity_id, project_id, grid_code, person_id, name, phone_sealed, phone_masked, qualification, is_committee,
       registered_by, registered_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (project_id, person_id) where person_id is not null and state <> 'dismissed' do nothing returning reviewer_id`,
    [
      session.entityId,
      projectId,
      body.grid_code,
      body.person_id,
      body.name,
      body.phone === null ? null : vault.seal('village.reviewer.phone', body.phone),
      body.phone === null ? null : maskPhone(body.phone),
      body.qualification,
      body.is_committee,
      session.actorId,
      clock.now().toString(),
    ],
  );
  if (!row) throw refuse(refusals, 'reviewer_exists');
  return row.reviewer_id;
}

async function requirePerson(tx: Tx, entityId: string, personId: string, village: string): Promise<void> {
  const [person] = await tx.query('select 1 from population.person where entity_id = $1 and person_id = $2 and grid_code ^@ $3', [
    entityId,
    personId,
    village,
  ]);
  if (!person) throw refuse(refusals, 'person_unknown');
}

/** What is sworn is exactly this text. */
export const hashOfOath = ({ oath }: Pick<VillageSettings, 'oath'>): string =>
  createHash('sha256').update(`${oath.zh}\n${oath.en}`).digest('hex');

/** The oath of one reviewer, said in front of staff or on the device. Said again it changes nothing. Refuses: project_not_open, oath_changed. */
export async function swearIn({ clock }: VillageDeps, tx: Tx, reviewer: ReviewerRow, textHash: string): Promise<void> {
  const { rules } = await openProject(tx, reviewer.entity_id, reviewer.project_id);
  if (textHash !== hashOfOath(rules.settings)) throw refuse(refusals, 'oath_changed');
  await tx.query(
    `update village.reviewer set state = 'sworn', oath_text_hash = $2, oath_at = $3 where reviewer_id = $1 and state = 'registered'`,
    [reviewer.reviewer_id, textHash, clock.now().toString()],
  );
}

/** Their sessions end, what they have not answered is taken off their sheets, what they answered stays. Answers whose people that concerns. */
export async function dismissReviewer(tx: Tx, reviewer: ReviewerRow, reason: string): Promise<string[]> {
  const id = reviewer.reviewer_id;
  await lockRoundsOf(tx, reviewer.project_id, id);
  await tx.query(`update village.reviewer set state = 'dismissed', dismissed_for = $2, code_hash = null where reviewer_id = $1`, [
    id,
    reason,
  ]);
  await tx.query('delete from village.reviewer_session where reviewer_id = $1', [id]);
  await tx.query(
    `delete from village.panel p where p.reviewer_id = $1
       and exists (select from village.group_round g where g.project_id = p.project_id and g.round = p.round and g.grid_code = p.grid_code
         and g.state = 'rating')`,
    [id],
  );
  const rows = await tx.query<{ person_id: string }>(
    'delete from village.sheet_row where reviewer_id = $1 and answered_at is null returning person_id',
    [id],
  );
  return rows.map((row) => row.person_id);
}

/** What no register knows. The rows of that household are closed to this reviewer at once. Refuses: household_elsewhere. */
export async function sayRecusal(
  { clock }: VillageDeps,
  tx: Tx,
  session: Session,
  reviewer: ReviewerRow,
  said: { householdId: string; why: string },
): Promise<string[]> {
  const [household] = await tx.query<{ grid_code: string }>(
    'select grid_code from village.household where project_id = $1 and household_id = $2 and grid_code ^@ $3',
    [reviewer.project_id, said.householdId, reviewer.grid_code],
  );
  if (!household || !isWithin(session, household.grid_code)) throw refuse(refusals, 'household_elsewhere');
  await lockRoundsOf(tx, reviewer.project_id, reviewer.reviewer_id);
  await tx.query(
    `insert into village.said_recusal (reviewer_id, household_id, entity_id, grid_code, why, said_by, said_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (reviewer_id, household_id) do nothing`,
    [reviewer.reviewer_id, said.householdId, reviewer.entity_id, household.grid_code, said.why, session.actorId, clock.now().toString()],
  );
  const rows = await tx.query<{ person_id: string }>(
    `update village.sheet_row set recusal = $4 where project_id = $1 and reviewer_id = $2 and household_id = $3 and answered_at is null
       and recusal is null returning person_id`,
    [reviewer.project_id, reviewer.reviewer_id, said.householdId, said.why],
  );
  return rows.map((row) => row.person_id);
}

/** How long a code counts, and how often one may be typed wrong. */
export const codeRules = { hours: 24, tries: 5 } as const;

export const hashOfCode = (reviewerId: bigint, code: string): string =>
  createHash('sha256').update(`village.reviewer ${reviewerId} ${code}`).digest('hex');

/** In place of any earlier one; used up by entering with it. */
export async function giveCode({ clock }: VillageDeps, tx: Tx, reviewer: ReviewerRow): Promise<{ code: string; validUntil: string }> {
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const until = clock.now().add({ hours: codeRules.hours }).round('second').toString();
  await tx.query('update village.reviewer set code_hash = $2, code_until = $3, code_tries = 0 where reviewer_id = $1', [
    reviewer.reviewer_id,
    hashOfCode(reviewer.reviewer_id, code),
    until,
  ]);
  return { code, validUntil: until };
}
