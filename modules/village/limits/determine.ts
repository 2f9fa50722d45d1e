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
import { settleTaken } from './settle.ts';
import type { LimitDeps } from './settle.ts';
import type { TakeOutcome } from './take.ts';
import { takenTable } from './views.ts';

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
  await settleTaken(deps, session.entityId, projectId);
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
    await refreshStages(tx, projectId, [member.household_id], deps.clock.today().toString());
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

/**
 * Everybody under a node whose limit was taken and waits for a word: as it was taken. Answers how many, and how much.
 * Refuses: project_unknown, project_not_open, grid_outside.
 */
export async function determineAsTaken(
  deps: LimitDeps,
  session: Session,
  projectId: bigint,
  gridCode: string,
  requestId?: string,
): Promise<{ people: number; total_fen: string }> {
  await settleTaken(deps, session.entityId, projectId);
  return withOwner(deps.db, async (tx) => {
    await openProject(tx, session.entityId, projectId);
    mustCover(session, gridCode);
    const rows = await tx.query<{ household_id: string; determined_fen: bigint }>(
      `with ready as (
         select person_id, household_id, grid_code, taken_fen from ${takenTable}
         where project_id = $1 and left(grid_code, ${gridCode.length}) = $2 and outcome = 'taken' and (determined_fen is null or is_moved)),
       written as (
         insert into village.determination (project_id, person_id, entity_id, grid_code, taken_fen, determined_fen, determined_by, determined_at)
         select $1, person_id, $3, grid_code, taken_fen, taken_fen, $4, $5 from ready)
       select household_id, taken_fen as determined_fen from ready`,
      [projectId, gridCode, session.entityId, session.actorId, deps.clock.now().toString()],
    );
    const households = [...new Set(rows.map((row) => row.household_id))];
    await refreshStages(tx, projectId, households, deps.clock.today().toString());
    const total = rows.reduce((sum, row) => sum + row.determined_fen, 0n);
    await record(tx, {
      entityId: session.entityId,
      actorId: session.actorId,
      action: 'village.determine_all',
      subjectKind: 'village_project',
      subjectId: `V${projectId}`,
      detail: { grid_code: gridCode, people: rows.length, total_fen: String(total) },
      requestId,
    });
    return { people: rows.length, total_fen: String(total) };
  });
}

/** Refuses: grid_outside. */
export function mustCover(session: Session, gridCode: string): void {
  if (!session.scopes.some((scope) => gridCode.startsWith(scope))) throw refuse(limitRefusals, 'grid_outside');
}

/** Everybody under a node anew, with what the last screening says and what the households owe today. Refuses: project_unknown, project_not_open, grid_outside. */
export async function retakeUnder(deps: LimitDeps, session: Session, projectId: bigint, gridCode: string): Promise<number> {
  await withOwner(deps.db, async (tx) => {
    await openProject(tx, session.entityId, projectId);
    mustCover(session, gridCode);
    await markUnder(tx, projectId, gridCode);
  });
  return settleTaken(deps, session.entityId, projectId);
}

export const markUnder = (tx: Tx, projectId: bigint, gridCode: string): Promise<unknown> =>
  tx.query(
    `insert into village.retake_due (project_id, person_id, entity_id)
     select project_id, person_id, entity_id from village.member
     where project_id = $1 and left(grid_code, ${gridCode.length}) = $2 and part = 'subject' on conflict do nothing`,
    [projectId, gridCode],
  );
