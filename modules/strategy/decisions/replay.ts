/** Makes stored decisions again, with their own version and inputs, and holds the two against each other. */
import { DecisionError } from '#core/dmn/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import type { Decision, ReplayCheck } from '../contract.ts';
import { withScene } from '../definition/strategy.ts';
import type { Strategy } from '../definition/strategy.ts';
import { traceHash, tracerOf } from '../explanation/explain.ts';
import type { CompiledVersions } from '../versions/versions.ts';
import { decisionOf, readDecisions } from './decision-log.ts';
import type { LoggedDecision } from './decision-log.ts';

export type Difference = ReplayCheck['differences'][number];

export interface Replayed {
  decisions: number;
  differences: { entity_id: string; decision_id: string; strategy_version: string; differences: Difference[] }[];
}

interface Remembered {
  logged: LoggedDecision;
  strategy: Strategy;
}

const pageRows = 500;

/** The logged decisions of one legal entity in a span of time, half-open. */
export async function replayDecisions(
  { db, versions }: { db: Database; versions: CompiledVersions },
  entityId: string,
  range: { from: string; to: string },
): Promise<Replayed> {
  const replayed: Replayed = { decisions: 0, differences: [] };
  let after: { decidedAt: string; id: string } | null = null;
  for (;;) {
    const page: Remembered[] = await withOwner(db, async (tx) => {
      const logs = await readDecisions(tx, entityId, range, after, pageRows);
      const remembered = [];
      for (const logged of logs)
        remembered.push({ logged, strategy: await versions.get(tx, entityId, logged.strategy, logged.strategy_version) });
      return remembered;
    });
    for (const { logged, strategy } of page) {
      const { decision_id, strategy_version } = logged;
      const differences = replayDecision(strategy, logged);
      if (differences.length > 0) replayed.differences.push({ entity_id: entityId, decision_id, strategy_version, differences });
    }
    replayed.decisions += page.length;
    const last = page.at(-1)?.logged;
    if (!last) return replayed;
    after = { decidedAt: last.decided_at, id: last.decision_id };
  }
}

/** Legal entities that have a strategy: nothing is decided without one. */
export async function decidingEntities(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ entity_id: string }>('select distinct entity_id from strategy.version order by entity_id');
  return rows.map((row) => row.entity_id);
}

/** Empty when the decision comes out the same, in result and in reasoning. */
export function replayDecision(strategy: Strategy, logged: LoggedDecision): Difference[] {
  const inputs = withScene(logged.inputs, logged.as_of, logged.stage);
  try {
    const again = decisionOf(strategy.answer(inputs), { personId: logged.person_id, version: strategy.version, asOf: logged.as_of });
    const differences = compareDecisions(logged.result, again);
    const hash = traceHash(tracerOf(strategy)(inputs));
    if (hash !== logged.trace_hash) differences.push({ field: 'trace_hash', stored: logged.trace_hash, replayed: hash });
    return differences;
  } catch (error) {
    // Inputs that no engine takes were never decided on: they were changed afterwards.
    if (!(error instanceof DecisionError)) throw error;
    return [{ field: 'inputs', stored: JSON.stringify(logged.inputs), replayed: error.message }];
  }
}

export function compareDecisions(stored: Decision, replayed: Decision): Difference[] {
  const [before, after] = [fieldsOf(stored), fieldsOf(replayed)];
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((field) => {
    const [left, right] = [before.get(field) ?? 'null', after.get(field) ?? 'null'];
    return left === right ? [] : [{ field, stored: left, replayed: right }];
  });
}

/** Field → its value as JSON. What is stored may have been changed to anything. */
function fieldsOf(decision: Decision | null): Map<string, string> {
  return new Map(Object.entries(decision ?? {}).map(([field, value]) => [field, JSON.stringify(value)]));
}
