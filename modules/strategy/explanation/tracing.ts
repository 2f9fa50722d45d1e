/** The same model, made to tell which rows of each table matched: every table gets a twin that collects row numbers. */
import { compileDmn } from '#core/dmn/index.ts';
import type { DmnModel, FeelValue } from '#core/dmn/index.ts';
import type { TableTree } from '#core/feel/syntax/tree.ts';
import { annotationsOf } from '../definition/rules.ts';
import type { Inputs } from '../definition/strategy.ts';

export interface Trace {
  /** Of every decision of the model, by name. */
  values: Readonly<Record<string, FeelValue>>;
  /** Numbers of the rows that matched, from 0; for a first-hit table the first is the one that counted. */
  rowsOf(decision: string): readonly number[];
  /** The annotation of the row that counted; empty when none matched. */
  noteOf(decision: string): string;
}

export type Tracer = (inputs: Inputs) => Trace;

const twinOf = (decision: string): string => `${decision}_rows`;

export function createTracer(model: DmnModel): Tracer {
  const tables = model.decisions.flatMap((decision) =>
    decision.expression?.kind === 'table' ? [{ decision, tree: decision.expression }] : [],
  );
  const twins = tables.map(({ decision, tree }) => ({
    ...decision,
    id: twinOf(decision.id),
    name: twinOf(decision.name),
    type: undefined,
    typeRef: undefined,
    expression: collectingRows(tree),
  }));
  const compiled = compileDmn({ ...model, decisions: [...model.decisions, ...twins] });
  const notes = new Map(tables.map(({ decision }) => [decision.name, annotationsOf(decision)]));
  const evaluate = compiled.evaluator([...model.decisions, ...twins].map((decision) => decision.name));
  return (inputs) => {
    const values = evaluate(inputs);
    const rowsOf = (decision: string): readonly number[] => (values[twinOf(decision)] ?? []) as readonly number[];
    return { values, rowsOf, noteOf: (decision) => notes.get(decision)?.[rowsOf(decision)[0] ?? -1] ?? '' };
  };
}

function collectingRows(tree: TableTree): TableTree {
  const [output] = tree.outputs;
  const plain = { name: undefined, values: undefined, otherwise: undefined, type: undefined };
  return {
    ...tree,
    policy: 'C',
    outputs: output ? [plain] : [],
    rules: tree.rules.map((rule, index) => ({ ...rule, outputs: [{ kind: 'number', value: index, at: rule.at }] })),
  };
}
