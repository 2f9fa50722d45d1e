/** 支行审定: the branch's word on a limit. */
import { record } from '#platform/audit/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openProject } from '../projects/open-project.ts';
import { refreshStages } from '../progress/stages.ts';
import { limitRefusals } from './contract.ts';
import type { Determine } from './contract.ts';
import { retake } from './retake.ts';
import { settleForReading, settleTaken } from './settle.ts';
import type { LimitDeps } from './settle.ts';
import type { TakeOutcome } from './take.ts';

interface Standing {
  outcome: TakeOutcome;
  taken_fen: bigint | null;
  cap_fen: bigint;
}

const thousandYuan = 100_000n;

/** Why this cannot be the branch's word, or null. In the order of the refusals. Pure. */
export function refusalOfWord(
  standing: Standing,
  word: { readonly fen: bigint; readonly remark: string | undefined },
  leastFen: bigint,
): 'determination_excluded' | 'determination_uneven' | 'over_cap' | 'remark_needed' | null {
  if (standing.outcome === 'excluded' && word.fen > 0n) return 'determination_excluded';
  if (word.fen % thousandYuan !== 0n || (word.fen > 0n && word.fen < leastFen)) return 'determination_uneven';
  if (word.fen > standing.cap_fen) return 'over_cap';
  return word.fen !== standing.taken_fen && word.remark === undefined ? 'remark_needed' : null;
}

/** Refuses: project_unknown, project_not_open, person_not_in_project, nothing_taken, determination_excluded, determination_uneven, over_cap, remark_needed. */
export async function determineOne(
  deps: LimitDeps,
  session: Session,
  projectId: bigint,
  personId: string,
  { determined_fen, remark }: Determine,
): Promise<void> {
  await settleForReading(deps, session.entityId, projectId, personId);
  await withOwner(deps.db, async (tx) => {
    const project = await openProject(tx, session.entityId, projectId);
    const sold = await deps.products.resolve(tx, session.entityId, project.product, deps.clock.today());
    const member = await lockMember(tx, session, projectId, personId);
    const [standing] = await tx.query<Standing>(
      'select outcome, taken_fen, cap_fen from village.taken where project_id = $1 and person_id = $2 for update',
      [projectId, personId],
    );
    if (!standing) throw refuse(limitRefusals, 'nothing_taken');
    const fen = BigInt(determined_fen);
    const refusal = refusalOfWord(standing, { fen, remark }, BigInt(sold.terms.limit_min_fen));
    if (refusal) throw refuse(limitRefusals, refusal);
    await tx.query(
      `insert into village.determination (project_id, person_id, entity_id, grid_code, taken_fen, determined_fen, remark, determined_by, determined_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        projectId,
        personId,
        session.entityId,
        member.grid_code,
        standing.taken_fen,
        fen,
        remark ?? null,
        session.actorId,
        deps.clock.now().toString(),
      ],
    );
    if (project.rules.settings.limits.village_cap_fen !== null) await retakeVillage(tx, projectId, member.grid_code);
    await refreshStages(tx, projectId, [member.household_id], deps.clock.today().toString(), 'determination');
  });
}

/** What one of a village may have more, the others may have less. */
async function retakeVillage(tx: Tx, projectId: bigint, gridCode: string): Promise<void> {
  const rows = await tx.query<{ person_id: string }>(
    'select person_id from village.taken where project_id = $1 and left(grid_code, 12) = $2',
    [projectId, gridCode.slice(0, 12)],
  );
  await retake(tx, projectId, { personIds: rows.map((row) => row.person_id) });
}

interface Member {
  household_id: string;
  grid_code: string;
}

export async function lockMember(tx: Tx, session: Session, projectId: bigint, personId: string): Promise<Member> {
  const [member] = await tx.query<Member>(
    'select household_id, grid_code from village.member where project_id = $1 and person_id = $2 and entity_id = $3 for share',
    [projectId, personId, session.entityId],
  );
  if (!member || !session.scopes.some((scope) => member.grid_code.startsWith(scope))) throw refuse(limitRefusals, 'person_not_in_project');
  return member;
}

/** People determined in one transaction: a kill costs at most so many that are done again. */
const usually = 2_000;

export interface Determined {
  readonly people: number;
  readonly total_fen: string;
}

export interface Speaking {
  readonly requestId?: string | undefined;
  /** After each chunk, how many so far. */
  readonly report?: (so: Determined) => Promise<void>;
  /** People determined in one transaction. */
  readonly atOnce?: number;
}

/**
 * Everybody under a node whose limit was taken and waits for a word: as it was taken, in the order of the roll, chunk by chunk. Run again it goes on with
 * who still waits. Answers how many, and how much. Refuses: project_unknown, project_not_open, grid_outside.
 */
export async function determineAsTaken(
  deps: LimitDeps,
  session: Session,
  projectId: bigint,
  gridCode: string,
  { requestId, report = async () => undefined, atOnce = usually }: Speaking = {},
): Promise<Determined> {
  await withOwner(deps.db, (tx) => mustSpeak(tx, session, projectId, gridCode));
  await settleTaken(deps, session.entityId, projectId);
  const sum = { people: 0, totalFen: 0n };
  const told = (): Determined => ({ people: sum.people, total_fen: String(sum.totalFen) });
  const about = { session, projectId, gridCode, requestId, atOnce };
  let after: Place | undefined = { place: '', person_id: '' };
  while (after) {
    const from: Place = after;
    const done = await withOwner(deps.db, (tx) => determineChunk(deps, tx, about, from));
    sum.people += done.people;
    sum.totalFen += done.totalFen;
    after = done.last;
    if (done.people > 0) await report(told());
  }
  return told();
}

async function mustSpeak(tx: Tx, session: Session, projectId: bigint, gridCode: string): Promise<void> {
  await openProject(tx, session.entityId, projectId);
  mustCover(session, gridCode);
}

interface Place {
  place: string;
  person_id: string;
}

interface About {
  readonly session: Session;
  readonly projectId: bigint;
  readonly gridCode: string;
  readonly requestId: string | undefined;
  readonly atOnce: number;
}

/** What was written and the line that tells of it in the audit trail are one transaction. `last`: none where nobody is left. */
async function determineChunk(
  deps: LimitDeps,
  tx: Tx,
  { session, projectId, gridCode, requestId, atOnce }: About,
  after: Place,
): Promise<{ people: number; totalFen: bigint; last: Place | undefined }> {
  await openProject(tx, session.entityId, projectId);
  const rows = await tx.query<Place & { household_id: string; taken_fen: bigint }>(
    `with ready as (
       select place, person_id, household_id, grid_code, taken_fen from village.taken
       where project_id = $1 and place ^@ $2 and (place, person_id) > ($6, $7) and ${readySql}
       order by place, person_id limit $8 for no key update),
     written as (
       insert into village.determination (project_id, person_id, entity_id, grid_code, taken_fen, determined_fen, determined_by, determined_at)
       select $1, person_id, $3, grid_code, taken_fen, taken_fen, $4, $5 from ready)
     select place, person_id, household_id, taken_fen from ready order by place, person_id`,
    [projectId, gridCode, session.entityId, session.actorId, deps.clock.now().toString(), after.place, after.person_id, atOnce],
  );
  const totalFen = rows.reduce((sum, row) => sum + row.taken_fen, 0n);
  if (rows.length > 0) {
    const households = [...new Set(rows.map((row) => row.household_id))];
    await refreshStages(tx, projectId, households, deps.clock.today().toString(), 'determination');
    await record(tx, {
      entityId: session.entityId,
      actorId: session.actorId,
      action: 'village.determine_all',
      subjectKind: 'village_project',
      subjectId: `V${projectId}`,
      detail: { grid_code: gridCode, people: rows.length, total_fen: String(totalFen) },
      requestId,
    });
  }
  return { people: rows.length, totalFen, last: rows.length < atOnce ? undefined : rows.at(-1) };
}

/** Waits for the branch's word, and can be confirmed as it was taken. */
const readySql = `is_open and outcome = 'taken'`;

/** Who would be determined as taken now, and how much. Refuses: project_unknown, project_not_open, grid_outside. As owner. */
export async function countReady(tx: Tx, session: Session, projectId: bigint, gridCode: string): Promise<Determined> {
  await mustSpeak(tx, session, projectId, gridCode);
  const [ready] = await tx.query<Determined>(
    `select count(*)::int as people, coalesce(sum(taken_fen), 0)::text as total_fen from village.taken
     where project_id = $1 and place ^@ $2 and ${readySql}`,
    [projectId, gridCode],
  );
  return ready ?? { people: 0, total_fen: '0' };
}

/** Refuses: grid_outside. */
export function mustCover(session: Session, gridCode: string): void {
  if (!session.scopes.some((scope) => gridCode.startsWith(scope))) throw refuse(limitRefusals, 'grid_outside');
}

/** Everybody under a node is to be taken anew, with what the last screening says and what households owe today. */
export const markUnder = (tx: Tx, projectId: bigint, gridCode: string): Promise<unknown> =>
  tx.query(
    `insert into village.retake_due (project_id, person_id, entity_id)
     select project_id, person_id, entity_id from village.member
     where project_id = $1 and grid_code ^@ $2 and part = 'subject' on conflict do nothing`,
    [projectId, gridCode],
  );
