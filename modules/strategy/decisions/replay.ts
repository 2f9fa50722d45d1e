/** Makes stored decisions again, with their own version and inputs, and holds the two against each other. */
import type { Decision, ReplayCheck } from '../contract.ts';
import { decisionOf } from './decision-log.ts';
import type { LoggedDecision } from './decision-log.ts';
import { traceHash, tracerOf } from '../explanation/explain.ts';
import type { Strategy } from '../definition/strategy.ts';
import { withScene } from '../definition/strategy.ts';

export type Difference = ReplayCheck['differences'][number];

/** Empty when the decision comes out the same, in result and in reasoning. */
export function replayDecision(strategy: Strategy, logged: LoggedDecision): Difference[] {
  const inputs = withScene(logged.inputs, logged.as_of, logged.stage);
  const again = decisionOf(strategy.answer(inputs), { personId: logged.person_id, version: strategy.version, asOf: logged.as_of });
  const differences = compareDecisions(logged.result, again);
  const hash = traceHash(tracerOf(strategy)(inputs));
  return hash === logged.trace_hash ? differences : [...differences, { field: 'trace_hash', stored: logged.trace_hash, replayed: hash }];
}

export function compareDecisions(stored: Decision, replayed: Decision): Difference[] {
  const fields = Object.keys(replayed) as (keyof Decision)[];
  return fields.flatMap((field) => {
    const [before, after] = [JSON.stringify(stored[field] ?? null), JSON.stringify(replayed[field] ?? null)];
    return before === after ? [] : [{ field, stored: before, replayed: after }];
  });
}
