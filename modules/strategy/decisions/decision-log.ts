/** Decisions made for single persons, kept with all that is needed to make them again. */
import type { Tx } from '#platform/postgres/index.ts';
import type { Decision, Stage } from '../contract.ts';
import type { Answers, Inputs } from '../definition/strategy.ts';

export interface LoggedDecision {
  decision_id: string;
  entity_id: string;
  person_id: string;
  grid_code: string;
  strategy: string;
  strategy_version: string;
  stage: Stage;
  as_of: string;
  is_what_if: boolean;
  decided_at: string;
  actor_id: string;
  inputs: Inputs;
  result: Decision;
  trace_hash: string;
}

const columns = [
  'decision_id',
  'entity_id',
  'person_id',
  'grid_code',
  'strategy',
  'strategy_version',
  'stage',
  'as_of',
  'is_what_if',
  'decided_at',
  'actor_id',
  'inputs',
  'result',
  'trace_hash',
] as const;

export async function logDecision(tx: Tx, decision: LoggedDecision): Promise<void> {
  const values = columns.map((column) => {
    const value = decision[column];
    return typeof value === 'object'
      ? JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item))
      : value;
  });
  tx.along(
    `insert into strategy.decision (${columns.join(', ')}) values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    values,
  );
}

/** As the reader may see it. */
export async function readDecision(tx: Tx, decisionId: string): Promise<LoggedDecision | null> {
  const [row] = await tx.prepared<LoggedDecision>(`select ${columns.join(', ')} from strategy.decision where decision_id = $1`, [
    decisionId,
  ]);
  return row ?? null;
}

/** Of one entity, oldest first, in pages after the last one seen. `day` is a day of the bank. */
export async function readDecisions(
  tx: Tx,
  entityId: string,
  range: { from: string; to: string },
  after: { decidedAt: string; id: string } | null,
  limit: number,
): Promise<LoggedDecision[]> {
  return tx.prepared<LoggedDecision>(
    `select ${columns.join(', ')} from strategy.decision
     where entity_id = $1 and decided_at >= $2 and decided_at < $3 and (decided_at, decision_id) > ($4, $5)
     order by decided_at, decision_id limit $6`,
    [entityId, range.from, range.to, after?.decidedAt ?? '-infinity', after?.id ?? '00000000-0000-0000-0000-000000000000', limit],
  );
}

/** The fields of a decision as they are told and stored. */
export function decisionOf(answers: Answers, about: { personId: string | null; version: string; asOf: string }): Decision {
  return {
    person_id: about.personId,
    segment: answers.segment,
    outcome: answers.outcome,
    limit_fen: answers.limit_fen === null ? null : String(answers.limit_fen),
    rate_ppm: answers.rate_ppm,
    score: answers.score,
    reasons: answers.reasons,
    strategy_version: about.version,
    as_of: about.asOf,
  };
}
