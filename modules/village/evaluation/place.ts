import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { evaluationRefusals } from './contract.ts';

export const isWithin = ({ scopes }: Session, gridCode: string): boolean => scopes.some((scope) => gridCode.startsWith(scope));

/** A group that has households in the project's pool and lies in the reader's grid. Refuses: group_unknown. */
export async function requireGroup(tx: Tx, session: Session, projectId: bigint, gridCode: string): Promise<void> {
  const [found] = isWithin(session, gridCode)
    ? await tx.query('select 1 from village.household where project_id = $1 and grid_code = $2 limit 1', [projectId, gridCode])
    : [];
  if (!found) throw refuse(evaluationRefusals, 'group_unknown', { zh: gridCode, en: gridCode });
}

/** Refuses: round_unknown. */
export function requireRound({ rounds }: { rounds: number }, round: number): void {
  if (round > rounds) throw refuse(evaluationRefusals, 'round_unknown', { zh: `共 ${rounds} 轮`, en: `it has ${rounds}` });
}

export interface GroupRound {
  state: 'rating' | 'sampled' | 'accepted';
  attempt: number;
  due_on: string | null;
}

/** The round of a group, locked against everything else that happens to it; null before a panel was named. */
export async function lockRound(tx: Tx, projectId: bigint, round: number, gridCode: string): Promise<GroupRound | null> {
  const [row] = await tx.query<GroupRound>(
    'select state, attempt, due_on from village.group_round where project_id = $1 and round = $2 and grid_code = $3 for no key update',
    [projectId, round, gridCode],
  );
  return row ?? null;
}

/** Every round in which this reviewer is asked anything, in one order for everybody. */
export async function lockRoundsOf(tx: Tx, projectId: bigint, reviewerId: bigint): Promise<void> {
  await tx.query(
    `select 1 from village.group_round g where g.project_id = $1 and (g.round, g.grid_code) in (
       select s.round, s.grid_code from village.sheet_row s where s.project_id = $1 and s.reviewer_id = $2)
     order by g.round, g.grid_code for no key update`,
    [projectId, reviewerId],
  );
}

/** Every round of a group, or of all groups of a village. */
export async function lockRoundsAt(tx: Tx, projectId: bigint, gridCode: string): Promise<void> {
  await tx.query(
    'select 1 from village.group_round where project_id = $1 and grid_code ^@ $2 order by round, grid_code for no key update',
    [projectId, gridCode],
  );
}
