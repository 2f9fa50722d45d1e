/** Decision tables, by hit policy (DMN 1.5, 8.2.8). */
import type { Environment } from './environment.ts';
import { DecisionError } from './error.ts';
import type { TableOutput, TableRule, TableTree, TestsTree, Tree } from './syntax/tree.ts';
import { order, equal } from './values/compare.ts';
import { coerce } from './values/conform.ts';
import type { FeelValue } from './values/value.ts';

/** What a table answered, and by which rules. */
export interface TableHit {
  readonly value: FeelValue;
  /** Values of the input expressions, in column order. */
  readonly inputs: readonly FeelValue[];
  /** The rules that count for the answer, in the order in which they do. */
  readonly rules: readonly { readonly index: number; readonly rule: TableRule; readonly output: FeelValue }[];
}

export interface CellEvaluation {
  evaluate(tree: Tree, env: Environment): FeelValue;
  holds(tests: TestsTree, value: FeelValue, env: Environment): boolean;
}

interface Hit {
  readonly index: number;
  readonly rule: TableRule;
  readonly outputs: readonly FeelValue[];
}

export function tabulate(table: TableTree, env: Environment, cells: CellEvaluation): TableHit {
  const inputs = table.inputs.map((input) => {
    const value = cells.evaluate(input.expression, env);
    const type = input.type && env.interpreter.typeOf(input.type);
    return type ? coerce(value, type) : value;
  });
  const hits: Hit[] = [];
  for (const [index, rule] of table.rules.entries()) {
    if (!rule.tests.every((test, column) => cells.holds(test, inputs[column] ?? null, env))) continue;
    hits.push({ index, rule, outputs: rule.outputs.map((output) => cells.evaluate(output, env)) });
    if (table.policy === 'F') break;
  }
  const { chosen, value } = answer(table, hits, () => fallback(table, env, cells));
  return { value, inputs, rules: chosen.map(({ index, rule, outputs }) => ({ index, rule, output: outputOf(table, outputs) })) };
}

function answer(table: TableTree, hits: readonly Hit[], otherwise: () => FeelValue): { chosen: readonly Hit[]; value: FeelValue } {
  const [first, second] = hits;
  switch (table.policy) {
    case 'U':
      if (first && second) throw violation(table, 'unique_violated', first, second);
      return { chosen: hits, value: first ? outputOf(table, first.outputs) : otherwise() };
    case 'A': {
      const other = hits.find((hit) => first && equal(outputOf(table, hit.outputs), outputOf(table, first.outputs)) !== true);
      if (first && other) throw violation(table, 'any_violated', first, other);
      return { chosen: hits, value: first ? outputOf(table, first.outputs) : otherwise() };
    }
    case 'F':
    case 'P': {
      const best = table.policy === 'P' ? byPriority(table, hits)[0] : first;
      return { chosen: best ? [best] : [], value: best ? outputOf(table, best.outputs) : otherwise() };
    }
    case 'R':
    case 'C':
    case 'O': {
      const sorted = table.policy === 'O' ? byPriority(table, hits) : hits;
      const none = sorted.length === 0 && table.outputs.some((output) => output.otherwise);
      return { chosen: sorted, value: none ? otherwise() : sorted.map((hit) => outputOf(table, hit.outputs)) };
    }
    case 'C#':
      return { chosen: hits, value: hits.length };
    case 'C+':
    case 'C<':
    case 'C>':
      return {
        chosen: hits,
        value:
          hits.length === 0
            ? otherwise()
            : aggregate(
                table.policy,
                hits.map((hit) => hit.outputs[0] ?? null),
              ),
      };
  }
}

function violation(table: TableTree, code: 'unique_violated' | 'any_violated', left: Hit, right: Hit): DecisionError {
  return new DecisionError(
    code,
    table.name,
    `第 ${left.index + 1} 条与第 ${right.index + 1} 条规则同时命中，而命中策略不允许`,
    `rules ${left.index + 1} and ${right.index + 1} hold together, which the hit policy forbids`,
  );
}

function outputOf(table: TableTree, outputs: readonly FeelValue[]): FeelValue {
  if (table.outputs.length === 1) return outputs[0] ?? null;
  return Object.fromEntries(table.outputs.map((output, column) => [output.name ?? '', outputs[column] ?? null]));
}

function fallback(table: TableTree, env: Environment, cells: CellEvaluation): FeelValue {
  if (!table.outputs.some((output) => output.otherwise)) return null;
  return outputOf(
    table,
    table.outputs.map((output) => (output.otherwise ? cells.evaluate(output.otherwise, env) : null)),
  );
}

function byPriority(table: TableTree, hits: readonly Hit[]): Hit[] {
  const ranks = (hit: Hit): number[] => table.outputs.map((output, column) => rankOf(hit.outputs[column] ?? null, output));
  return hits.toSorted((left, right) => {
    const [a, b] = [ranks(left), ranks(right)];
    const at = a.findIndex((rank, column) => rank !== b[column]);
    return at < 0 ? left.index - right.index : (a[at] ?? 0) - (b[at] ?? 0);
  });
}

function rankOf(value: FeelValue, output: TableOutput): number {
  const values =
    output.values?.items.flatMap((item) =>
      item.kind === 'string' || item.kind === 'number' || item.kind === 'boolean' ? [item.value] : [],
    ) ?? [];
  const rank = values.findIndex((each) => each === value);
  return rank < 0 ? values.length : rank;
}

/** Null among the values makes the sum or extreme unknown. */
function aggregate(how: 'C+' | 'C<' | 'C>', values: readonly FeelValue[]): FeelValue {
  let total: FeelValue | undefined;
  for (const value of values) {
    if (value === null) return null;
    if (total === undefined) total = value;
    else if (how === 'C+') {
      if (typeof total !== 'number' || typeof value !== 'number') return null;
      total += value;
    } else {
      const answered = order(value, total);
      if (answered === undefined) return null;
      if (answered === (how === 'C<' ? -1 : 1)) total = value;
    }
  }
  return total ?? null;
}
