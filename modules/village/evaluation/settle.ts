/** A person decides what reviewers flagged or cannot agree on, with evidence. */
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openProject } from '../projects/open-project.ts';
import type { VillageDeps } from '../deps.ts';
import { decides } from './aggregate.ts';
import { evaluationRefusals as refusals } from './contract.ts';
import { renewEvaluated } from './evaluated.ts';
import { isWithin, lockRoundsAt } from './place.ts';

/** Whoever asks on the person's behalf hears this, and neither kinds nor votes nor names. */
export const told = {
  open: { zh: '评议还在进行，结果出来后由客户经理告知', en: 'The evaluation is not finished; the customer manager will tell the result' },
  excluded: {
    zh: '综合评定后暂不符合授信条件；可要求说明，或带材料到支行申请核实更正',
    en: 'On the whole the conditions for credit are not met now; an explanation, or a correction with papers, can be asked for at the branch',
  },
  evaluated: { zh: '评议已完成，额度以审批为准', en: 'The evaluation is finished; the limit is what is approved' },
} as const;

interface Row {
  grid_code: string;
  outcome: string;
  votes: number;
}

const settleable = ['manual', 'third_opinion', 'excluded'];

/**
 * `cleared`: what was flagged does not stand, or the spread was looked into; the limit then follows from the answers. `excluded`: it stands. A settlement
 * may be replaced by another. Refuses: project_unknown, project_not_open, person_unknown, nothing_to_settle.
 */
export async function settle(
  deps: VillageDeps,
  tx: Tx,
  session: Session,
  { projectId, personId }: { projectId: bigint; personId: string },
  { as, evidence }: { as: 'cleared' | 'excluded'; evidence: string },
): Promise<void> {
  const project = await openProject(tx, session.entityId, projectId);
  const [place] = await tx.query<{ grid_code: string }>(
    'select grid_code from village.evaluated where project_id = $1 and person_id = $2',
    [projectId, personId],
  );
  if (!place || !isWithin(session, place.grid_code)) throw refuse(refusals, 'person_unknown');
  await lockRoundsAt(tx, projectId, place.grid_code);
  const [row] = await tx.query<Row & { kinds: Record<string, number>; settled_as: string | null }>(
    `select grid_code, outcome, coalesce((inputs ->> 'VOTES')::int, 0) as votes, kinds, settled_as from village.evaluated
     where project_id = $1 and person_id = $2 for update`,
    [projectId, personId],
  );
  const isFlagged = Object.keys(row?.kinds ?? {}).some((kind) => decides(project.rules.exclusions[kind]));
  const isOpen = row !== undefined && (settleable.includes(row.outcome) || isFlagged || row.settled_as !== null);
  if (!isOpen) throw refuse(refusals, 'nothing_to_settle');
  await tx.query(
    `update village.evaluated set settled_as = $3, settled_by = $4, settled_at = $5, settled_votes = $6, evidence = $7
     where project_id = $1 and person_id = $2`,
    [projectId, personId, as, session.actorId, deps.clock.now().toString(), row.votes, evidence],
  );
  await renewEvaluated(deps, tx, project, [personId], session.actorId);
}
