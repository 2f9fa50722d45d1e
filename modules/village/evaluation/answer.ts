/** Answers of one reviewer, many at a time: judged one by one, written in a handful of statements. */
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { VillageDeps } from '../deps.ts';
import { openProject } from '../projects/open-project.ts';
import { evaluationRefusals } from './contract.ts';
import type { Answer, AnswersTaken } from './contract.ts';
import { renewEvaluated } from './evaluated.ts';
import { hashOf, judgeAnswers, rowKey, worded } from './judge-answer.ts';
import type { AskedRow, Taken } from './judge-answer.ts';
import { ratedSql } from './sheet.ts';

export interface Answering {
  readonly reviewerId: bigint;
  readonly channel: 'app' | 'meeting' | 'phone' | 'paper';
  /** The member of staff who keys in what the reviewer said. */
  readonly takenBy: string | null;
  /** Where it was said. */
  readonly place?: string | undefined;
  readonly items: readonly Answer[];
}

/**
 * Takes answers: of the reviewer's own session, or keyed in by staff. Which rows of the sheet the session may see is asked of row-level security.
 * Refuses: reviewer_unknown, reviewer_dismissed, reviewer_not_sworn, project_not_open; single answers are refused in what is returned.
 */
export async function takeAnswers(deps: VillageDeps, session: Session, answering: Answering): Promise<AnswersTaken> {
  const visible = await withSession(deps.db, session, (tx) => visibleRows(tx, answering));
  return withOwner(deps.db, (tx) => takeSeen(deps, tx, session, answering, visible));
}

async function visibleRows(tx: Tx, { reviewerId, items }: Answering): Promise<Set<string>> {
  const rows = await tx.prepared<{ round: number; person_id: string }>(
    'select distinct round, person_id from village.sheet_row where reviewer_id = $1 and person_id = any ($2::text[])',
    [reviewerId, items.map((item) => item.person_id)],
  );
  return new Set(rows.map((row) => rowKey(row.round, row.person_id)));
}

async function takeSeen(
  deps: VillageDeps,
  tx: Tx,
  session: Session,
  answering: Answering,
  visible: ReadonlySet<string>,
): Promise<AnswersTaken> {
  const { reviewerId, items } = answering;
  const reviewer = await lockReviewer(tx, session, reviewerId);
  const project = await openProject(tx, session.entityId, reviewer.project_id);
  await lockRounds(tx, reviewer.project_id, reviewerId, items);
  const rows = await readRows(tx, reviewer.project_id, reviewerId, items);
  const seen = new Map([...rows].filter(([key]) => visible.has(key)));
  const hashes = await readHashes(tx, items);
  const sent = items.map((answer) => ({ answer, hash: hashOf(reviewerId, answering.channel, answer) }));
  const { taken, again, refused } = judgeAnswers(project.rules, { rows: seen, hashes }, sent);
  const written = await write(deps, tx, session, project.project_id, answering, taken);
  // Somebody else's answer came under the same id in this very moment.
  const lost = taken.filter(({ answer }) => !written.has(answer.evaluation_id));
  const persons = taken.filter(({ answer }) => written.has(answer.evaluation_id)).map(({ row }) => row.personId);
  await renewEvaluated(deps, tx, project, [...new Set(persons)], answering.takenBy ?? session.actorId);
  const accepted = [...taken.filter(({ answer }) => written.has(answer.evaluation_id)).map(({ answer }) => answer), ...again];
  return {
    accepted: accepted.map(({ evaluation_id, person_id }) => ({ evaluation_id, person_id })),
    refused: [...refused, ...lost.map(({ answer }) => worded(answer, 'evaluation_key_reused'))],
  };
}

interface Answerer {
  project_id: bigint;
  name: string;
  state: string;
}

/** One request of a reviewer at a time. */
async function lockReviewer(tx: Tx, { entityId }: Session, reviewerId: bigint): Promise<Answerer> {
  const [row] = await tx.prepared<Answerer>(
    'select project_id, name, state from village.reviewer where entity_id = $1 and reviewer_id = $2 for no key update',
    [entityId, reviewerId],
  );
  if (!row) throw refuse(evaluationRefusals, 'reviewer_unknown');
  const named = { zh: row.name, en: row.name };
  if (row.state === 'dismissed') throw refuse(evaluationRefusals, 'reviewer_dismissed', named);
  if (row.state !== 'sworn') throw refuse(evaluationRefusals, 'reviewer_not_sworn', named);
  return row;
}

/** Reviewers of one group answer one after the other, so that what their answers come to is made from all of them; an acceptance waits as well. */
async function lockRounds(tx: Tx, projectId: bigint, reviewerId: bigint, items: readonly Answer[]): Promise<void> {
  await tx.prepared(
    `select 1 from village.group_round g where g.project_id = $1 and (g.round, g.grid_code) in (
       select s.round, s.grid_code from village.sheet_row s where s.project_id = $1 and s.reviewer_id = $2 and s.person_id = any ($3::text[]))
     order by g.round, g.grid_code for no key update`,
    [projectId, reviewerId, items.map((item) => item.person_id)],
  );
}

interface Row {
  person_id: string;
  round: number;
  attempt: number;
  household_id: string;
  grid_code: string;
  recusal: string | null;
  is_open: boolean;
  is_rated: boolean;
  is_answered: boolean;
}

/** A person who moved to another group keeps the answers of the group in which they were asked. */
async function readRows(tx: Tx, projectId: bigint, reviewerId: bigint, items: readonly Answer[]): Promise<Map<string, AskedRow>> {
  const rows = await tx.prepared<Row>(
    `select s.person_id, s.round, s.attempt, s.household_id, s.grid_code, s.recusal, s.answered_at is not null as is_answered,
       g.state = 'rating' as is_open,
       exists (select from village.member m join village.household h using (project_id, household_id)
         where m.project_id = s.project_id and m.person_id = s.person_id and ${ratedSql}) as is_rated
     from village.sheet_row s
     join village.group_round g on g.project_id = s.project_id and g.round = s.round and g.grid_code = s.grid_code and g.attempt = s.attempt
     where s.project_id = $1 and s.reviewer_id = $2 and s.person_id = any ($3::text[])`,
    [projectId, reviewerId, items.map((item) => item.person_id)],
  );
  return new Map(
    rows.map((row) => [
      rowKey(row.round, row.person_id),
      {
        personId: row.person_id,
        round: row.round,
        attempt: row.attempt,
        householdId: row.household_id,
        gridCode: row.grid_code,
        recusal: row.recusal,
        isOpen: row.is_open,
        isRated: row.is_rated,
        isAnswered: row.is_answered,
      },
    ]),
  );
}

async function readHashes(tx: Tx, items: readonly Answer[]): Promise<Map<string, string>> {
  const rows = await tx.prepared<{ evaluation_id: string; content_hash: string }>(
    'select evaluation_id, content_hash from village.evaluation where evaluation_id = any ($1::uuid[])',
    [items.map((item) => item.evaluation_id)],
  );
  return new Map(rows.map((row) => [row.evaluation_id, row.content_hash]));
}

/** Answers which ids were written: an id that another reviewer's answer took in between is left out. */
async function write(
  { clock }: VillageDeps,
  tx: Tx,
  session: Session,
  projectId: bigint,
  { reviewerId, channel, takenBy, place }: Answering,
  taken: readonly Taken[],
): Promise<Set<string>> {
  if (taken.length === 0) return new Set();
  const now = clock.now();
  const rows = await tx.prepared<{ evaluation_id: string }>(
    `with written as (
       insert into village.evaluation (evaluation_id, project_id, round, attempt, reviewer_id, person_id, household_id, entity_id, grid_code, channel,
         knows, answers, suggested_fen, kinds, seconds, content_hash, taken_by, taken_place, answered_at, received_at)
       select a.evaluation_id, $1, a.round, a.attempt, $2, a.person_id, a.household_id, $3, a.grid_code, $4, a.knows, a.answers, a.suggested_fen,
         coalesce(string_to_array(nullif(a.kinds, ''), ','), '{}'), a.seconds, a.content_hash, $5, $20, a.answered_at, $6
       from unnest($7::uuid[], $8::smallint[], $9::smallint[], $10::text[], $11::text[], $12::text[], $13::text[], $14::jsonb[], $15::bigint[],
         $16::text[], $17::numeric[], $18::text[], $19::timestamptz[])
         as a (evaluation_id, round, attempt, person_id, household_id, grid_code, knows, answers, suggested_fen, kinds, seconds, content_hash, answered_at)
       on conflict do nothing returning evaluation_id, round, attempt, person_id),
     marked as (
       update village.sheet_row s set answered_at = $6 from written w
       where s.project_id = $1 and s.round = w.round and s.attempt = w.attempt and s.reviewer_id = $2 and s.person_id = w.person_id)
     select evaluation_id from written`,
    [
      projectId,
      reviewerId,
      session.entityId,
      channel,
      takenBy,
      now.toString(),
      taken.map(({ answer }) => answer.evaluation_id),
      taken.map(({ row }) => row.round),
      taken.map(({ row }) => row.attempt),
      taken.map(({ row }) => row.personId),
      taken.map(({ row }) => row.householdId),
      taken.map(({ row }) => row.gridCode),
      taken.map(({ answer }) => answer.knows),
      taken.map(({ answer }) => (answer.answers === undefined ? null : JSON.stringify(answer.answers))),
      taken.map(({ answer }) => answer.suggested_fen ?? null),
      taken.map(({ answer }) => answer.kinds.join(',')),
      taken.map(({ answer }) => answer.seconds ?? null),
      taken.map(({ hash }) => hash),
      taken.map(({ answer }) => answeredAt(answer, now)),
      place ?? null,
    ],
  );
  return new Set(rows.map((row) => row.evaluation_id));
}

/** A device's own clock may be wrong; nothing was answered after it came. */
function answeredAt({ answered_at }: Answer, now: Temporal.Instant): string {
  if (answered_at === undefined) return now.toString();
  const said = Temporal.Instant.from(answered_at);
  return (Temporal.Instant.compare(said, now) > 0 ? now : said).toString();
}
