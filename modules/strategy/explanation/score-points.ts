import type { TableTree } from '#core/feel/syntax/tree.ts';
import type { Strategy } from '../definition/strategy.ts';
import type { Trace } from './tracing.ts';

export interface Points {
  card: string;
  decision: string;
  score: number;
  band: string;
  base: number;
  /** In the order of the card. */
  contributions: { name: string; points: number }[];
}

/** What each characteristic of the card in use gave. Null when the model gave no score. */
export function pointsOf(strategy: Strategy, trace: Trace): Points | null {
  const { score: names, answers } = strategy.definition.description;
  const [card, score, band] = [trace.values[names.card], trace.values[answers.score], trace.values[names.band]];
  const decision = typeof card === 'string' ? names.cards[card]?.decision : undefined;
  if (typeof card !== 'string' || decision === undefined || typeof score !== 'number' || typeof band !== 'string') return null;
  const tree = strategy.model.decisions.find((each) => each.name === decision)?.expression;
  if (tree?.kind !== 'table') throw new Error(`score card ${decision} is not a table`);
  let base = 0;
  const contributions: Points['contributions'] = [];
  for (const index of trace.rowsOf(decision)) {
    const { name, points } = rowOf(tree, index);
    if (name === undefined) base += points;
    else contributions.push({ name, points });
  }
  return { card, decision, score, band, base, contributions };
}

/** A row of a score card tests one characteristic, or none: the base points. */
function rowOf(tree: TableTree, index: number): { name: string | undefined; points: number } {
  const rule = tree.rules[index];
  const output = rule?.outputs[0];
  const sign = output?.kind === 'negate' ? -1 : 1;
  const literal = output?.kind === 'negate' ? output.of : output;
  const tested = rule?.tests.findIndex((test) => !test.any) ?? -1;
  const column = tree.inputs[tested]?.expression;
  if (literal?.kind !== 'number') throw new Error(`${tree.name}: row ${index + 1} of a score card gives whole points`);
  return { name: column?.kind === 'name' ? column.name : undefined, points: sign * literal.value };
}
