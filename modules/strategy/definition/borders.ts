import type { TestsTree, Tree } from '#core/feel/syntax/tree.ts';
import type { Strategy } from './strategy.ts';

export type Border = number | string | boolean | null;

const found = new WeakMap<Strategy, Map<string, Border[]>>();

/** The values at which an input matters: what the cells of the model's tables compare it with. */
export function bordersOf(strategy: Strategy): Map<string, Border[]> {
  const known = found.get(strategy);
  if (known) return known;
  const borders = findBorders(strategy);
  found.set(strategy, borders);
  return borders;
}

function findBorders(strategy: Strategy): Map<string, Border[]> {
  const borders = new Map<string, Set<Border>>(strategy.inputs.map((input) => [input.name, new Set<Border>()]));
  for (const { expression } of strategy.model.decisions) {
    if (expression?.kind !== 'table') continue;
    for (const rule of expression.rules) {
      for (const [index, test] of rule.tests.entries()) {
        const column = expression.inputs[index]?.expression;
        if (column?.kind === 'name') for (const value of literalsIn(test)) borders.get(column.name)?.add(value);
      }
    }
  }
  return new Map([...borders].map(([name, values]) => [name, [...values]]));
}

function literalsIn(tree: TestsTree | Tree | undefined): Border[] {
  if (!tree) return [];
  if (tree.kind === 'number' || tree.kind === 'string' || tree.kind === 'boolean') return [tree.value];
  if (tree.kind === 'negate') return literalsIn(tree.of).map((value) => -Number(value));
  if (tree.kind === 'tests') return tree.items.flatMap(literalsIn);
  return tree.kind === 'range' ? [...literalsIn(tree.low), ...literalsIn(tree.high)] : [];
}
