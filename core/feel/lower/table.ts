import { refusal } from '../error.ts';
import type { Case, Ir } from '../ir.ts';
import type { Span } from '../syntax/source.ts';
import type { TableOutput, TableTree, TestsTree } from '../syntax/tree.ts';
import { boolean, listOf, number, type FeelType } from '../types.ts';
import { contextType } from './choice.ts';
import { lowerTests } from './comparison.ts';
import {
  commonType,
  constant,
  type LoweredTable,
  nullIr,
  outside,
  truthConstant,
  typed,
  typeClash,
  type Lowering,
  type Scope,
} from './lowering.ts';
import { coversAll } from './coverage.ts';
import { excludeOneAnother, exclusiveGroups, exclusiveSets, type Grid } from './regions.ts';

export function lowerTable(tree: TableTree, scope: Scope, into: Lowering): Ir {
  const table = lowerCells(tree, scope, into);
  into.tables.push(table);
  switch (tree.policy) {
    case 'U':
    case 'A':
    case 'F':
    case 'P':
      return singleHit(table, scope, into);
    case 'C':
    case 'R':
    case 'O':
      return collected(table, scope, into);
    case 'C+':
    case 'C<':
    case 'C>':
    case 'C#':
      return aggregated(table, scope, into);
  }
}

export function lowerCells(tree: TableTree, scope: Scope, into: Lowering): LoweredTable {
  const columns = tree.inputs.map((input) => into.bind(into.lower(input.expression, scope)));
  const cells = tree.rules.map((rule) =>
    rule.tests.map((test, index) => {
      const value = columns[index];
      if (!value) throw new Error('a rule has as many tests as the table has inputs');
      return lowerTests(test, value, scope, into);
    }),
  );
  const outputs = tree.rules.map((rule) => rule.outputs.map((output) => into.lower(output, scope)));
  return { tree, columns, cells, rows: cells.map(allOf), outputs };
}

function allOf(cells: readonly (Ir | undefined)[]): Ir {
  const tests = cells.filter((cell) => cell !== undefined);
  const [only] = tests;
  if (!only) return truthConstant(true);
  if (tests.length === 1)
    return only.op === 'not' || only.op === 'isNull' || only.op === 'oneOf' ? only : { op: 'holds', type: boolean, of: only };
  return { op: 'holds', type: boolean, of: { op: 'and', type: boolean, items: tests } };
}

/** U, A, F and P: one rule's outputs, the default, or null. */
function singleHit(table: LoweredTable, scope: Scope, into: Lowering): Ir {
  const { tree } = table;
  const order = tree.policy === 'P' ? byPriority(table) : tree.rules.map((_, index) => index);
  const rows = order.map((index) => rowOf(table, index));
  const guarded = tree.policy === 'A' ? sameOutputs(table) : [rows.map((_, index) => index)];
  const disjoint = tree.policy === 'F' || tree.policy === 'P' || excludeOneAnother(table);
  const outputs = tree.outputs.map((output, column) => ({
    output,
    options: order.map((index) => outputOf(table, index, column)),
    otherwise: output.otherwise ? into.lower(output.otherwise, scope) : nullIr,
  }));

  if (disjoint && tree.outputs.length === 1 && outputs[0]) {
    const [{ options, otherwise }] = outputs as [(typeof outputs)[0]];
    if ([...options, otherwise].every((option) => option.op !== 'context' && option.type.kind !== 'list')) {
      const type = commonType([...options, otherwise], tree.at);
      const cases = rows.map((test, index): Case => ({ test, value: typed(options[index] ?? nullIr, type) }));
      return { op: 'cases', type, cases, otherwise: typed(otherwise, type) };
    }
  }

  const hit: Ir =
    tree.policy === 'A' && !disjoint
      ? anyHit(rows, guarded, tree)
      : { op: 'hit', type: number, rows, ...(!disjoint && { exclusive: { code: 'unique_violated' as const, place: tree.name } }) };
  const index = into.bind(hit);
  const [only] = outputs;
  if (tree.outputs.length === 1 && only) return pick(index, only.options, only.otherwise, tree.at, into);
  const entries = Object.fromEntries(
    outputs.map(({ output, options, otherwise }) => [output.name ?? '', into.bind(pick(index, options, otherwise, tree.at, into))]),
  );
  if (tree.outputs.some((output) => output.otherwise)) return { op: 'context', type: contextType(entries), entries };
  const present: Ir = { op: 'compare', type: boolean, operator: '>=', left: index, right: constant(number, 0) };
  return { op: 'context', type: contextType(entries), entries, present: into.bind(present) };
}

/** ANY: rows with the same outputs may hold together; each such set counts as one row, standing at its first. */
function anyHit(rows: readonly Ir[], sets: readonly (readonly number[])[], tree: TableTree): Ir {
  const merged: Ir[] = rows.map(() => truthConstant(false));
  for (const set of sets) {
    const tests = set.map((index) => rows[index] ?? truthConstant(false));
    merged[set[0] ?? 0] = tests.length === 1 && tests[0] ? tests[0] : { op: 'or', type: boolean, items: tests };
  }
  return { op: 'hit', type: number, rows: merged, exclusive: { code: 'any_violated', place: tree.name } };
}

function pick(index: Ir, options: readonly Ir[], otherwise: Ir, at: Span, into: Lowering): Ir {
  const contexts = options.filter((option) => option.op === 'context');
  const [first] = contexts;
  if (first) {
    const names = Object.keys(first.entries);
    const part = (option: Ir, name: string): Ir => (option.op === 'context' ? (option.entries[name] ?? nullIr) : nullIr);
    const entries = Object.fromEntries(
      names.map((name) => [
        name,
        into.bind(
          pick(
            index,
            options.map((option) => part(option, name)),
            part(otherwise, name),
            at,
            into,
          ),
        ),
      ]),
    );
    const there = (option: Ir): Ir => truthConstant(option.op === 'context');
    return {
      op: 'context',
      type: contextType(entries),
      entries,
      present: into.bind(pick(index, options.map(there), there(otherwise), at, into)),
    };
  }
  const type = commonType([...options, otherwise], at);
  return {
    op: 'choose',
    type,
    index,
    options: options.map((option) => into.bind(typed(option, type))),
    otherwise: into.bind(typed(otherwise, type)),
  };
}

/** C, R and O: the outputs of all rules that hold, as a list. */
function collected(table: LoweredTable, scope: Scope, into: Lowering): Ir {
  const { tree } = table;
  const order = tree.policy === 'O' ? byPriority(table) : tree.rules.map((_, index) => index);
  const position = new Map(order.map((rule, at) => [rule, at]));
  const groups = exclusiveSets(table).map((set) => set.map((rule) => position.get(rule) ?? 0));
  const rows = into.bind({ op: 'rows', type: listOf(number), rows: order.map((index) => rowOf(table, index)), groups });
  const items = order.map((index): Ir => {
    if (tree.outputs.length === 1) return outputOf(table, index, 0);
    const entries = Object.fromEntries(tree.outputs.map((output, column) => [output.name ?? '', outputOf(table, index, column)]));
    return { op: 'context', type: contextType(entries), entries };
  });
  refuseDefaults(tree, scope, into);
  return { op: 'items', type: listOf(itemType(items, tree.at)), rows, items: items.map((item) => into.bind(item)) };
}

function itemType(items: readonly Ir[], at: Span): FeelType {
  const [first] = items;
  if (first?.op !== 'context') return commonType(items, at);
  const entries = Object.keys(first.entries).map(
    (name) =>
      [
        name,
        commonType(
          items.map((item) => (item.op === 'context' ? (item.entries[name] ?? nullIr) : nullIr)),
          at,
        ),
      ] as const,
  );
  return { kind: 'context', entries: Object.fromEntries(entries) };
}

function refuseDefaults(tree: TableTree, _scope: Scope, _into: Lowering): void {
  if (tree.outputs.some((output) => output.otherwise))
    throw outside(tree.at, '收集型表不支持默认输出', 'a default output of a collecting table');
}

function aggregated(table: LoweredTable, scope: Scope, into: Lowering): Ir {
  const { tree } = table;
  const how = ({ 'C+': '+', 'C<': '<', 'C>': '>', 'C#': '#' } as const)[tree.policy as 'C+' | 'C<' | 'C>' | 'C#'];
  if (tree.outputs.length !== 1) throw outside(tree.at, '汇总型表只能有一个输出列', 'an aggregating table may have one output only');
  const values = tree.rules.map((_, index) => (how === '#' ? constant(number, 1) : outputOf(table, index, 0)));
  const type = commonType(values, tree.at);
  if (type.kind !== 'number' && !(type.kind === 'date' && how !== '+')) throw typeClash(tree.at, 'number', type);
  const runs = exclusiveGroups(table);
  const groups = runs.map((group) =>
    group.map((index): Case => ({ test: rowOf(table, index), value: typed(values[index] ?? nullIr, type) })),
  );
  const [output] = tree.outputs;
  const fallback = output?.otherwise ? into.lower(output.otherwise, scope) : how === '#' ? constant(number, 0) : constant(type, null);
  return {
    op: 'aggregate',
    type: how === '#' ? number : type,
    how,
    groups,
    always: runs.some((run) => coversAll(subGrid(table, run))),
    otherwise: fallback,
  };
}

function subGrid(table: LoweredTable, rules: readonly number[]): Grid {
  return { columns: table.columns, cells: rules.map((rule) => table.cells[rule] ?? []) };
}

function rowOf(table: LoweredTable, index: number): Ir {
  const row = table.rows[index];
  if (!row) throw new Error('row index within the table');
  return row;
}

function outputOf(table: LoweredTable, index: number, column: number): Ir {
  const output = table.outputs[index]?.[column];
  if (!output) throw new Error('output index within the table');
  return output;
}

/** P and O: rule numbers by the order of their outputs in the lists of output values, the first column first. */
function byPriority(table: LoweredTable): number[] {
  const { tree } = table;
  const ranks = tree.rules.map((_, index) => tree.outputs.map((output, column) => rankOf(outputOf(table, index, column), output, tree)));
  return tree.rules
    .map((_, index) => index)
    .toSorted((left, right) => {
      const a = ranks[left] ?? [];
      const b = ranks[right] ?? [];
      const at = a.findIndex((rank, column) => rank !== b[column]);
      return at < 0 ? left - right : (a[at] ?? 0) - (b[at] ?? 0);
    });
}

function rankOf(value: Ir, output: TableOutput, tree: TableTree): number {
  if (!output.values) return 0;
  if (value.op !== 'constant') throw outside(tree.at, '按优先级的表只能输出字面量', 'a table with priorities may only give literals');
  const order = listedValues(output.values);
  const rank = order.indexOf(value.value as string | number | boolean);
  if (rank < 0)
    throw refusal(
      tree.at,
      `输出 ${String(value.value)} 不在允许值之列`,
      `the output ${String(value.value)} is not among the output values`,
      'type_clash',
    );
  return rank;
}

export function listedValues(values: TestsTree): (string | number | boolean)[] {
  return values.items.flatMap((item) => (item.kind === 'string' || item.kind === 'number' || item.kind === 'boolean' ? [item.value] : []));
}

/** Rule numbers in sets of equal outputs. */
function sameOutputs(table: LoweredTable): number[][] {
  const sets = new Map<string, number[]>();
  for (const [index, outputs] of table.outputs.entries()) {
    const key = JSON.stringify(
      outputs.map((output) => {
        if (output.op !== 'constant') throw outside(table.tree.at, 'ANY 表只能输出字面量', 'an ANY table may only give literals');
        return output.value;
      }),
    );
    const set = sets.get(key);
    if (set) set.push(index);
    else sets.set(key, [index]);
  }
  return [...sets.values()];
}
