/**
 * The typed program of the compilable profile. One union; what it cannot say is refused while lowering, so that closures and SQL
 * never meet a construct that they would have to guess at.
 *
 * A `Program` is a straight line: inputs, then steps, each filling one slot from earlier slots. Contexts are taken apart while lowering
 * (a context-typed decision is one slot a leaf), functions are inlined, and a rule list stays a set of row numbers until it is shown.
 */
import type { CompiledForm } from './builtins/record.ts';
import type { FeelType } from './types.ts';

/** A value in a slot: dates are epoch days, durations are months or seconds, row sets are row numbers. */
export type SlotValue = null | boolean | number | string | readonly SlotValue[];

export type Ir =
  | { readonly op: 'constant'; readonly type: FeelType; readonly value: SlotValue }
  | { readonly op: 'slot'; readonly type: FeelType; readonly slot: number }
  | { readonly op: 'call'; readonly type: FeelType; readonly name: string; readonly form: CompiledForm; readonly args: readonly Ir[] }
  /** `=` and `!=` are two-valued and know null; the others answer null when a side is null. */
  | {
      readonly op: 'compare';
      readonly type: FeelType;
      readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
      readonly left: Ir;
      readonly right: Ir;
    }
  | { readonly op: 'isNull'; readonly type: FeelType; readonly of: Ir }
  /** Three-valued. */
  | { readonly op: 'and' | 'or'; readonly type: FeelType; readonly items: readonly Ir[] }
  | { readonly op: 'not'; readonly type: FeelType; readonly of: Ir }
  /** Two-valued: null counts as false. */
  | { readonly op: 'holds'; readonly type: FeelType; readonly of: Ir }
  | { readonly op: 'oneOf'; readonly type: FeelType; readonly value: Ir; readonly among: readonly SlotValue[] }
  /** The first case whose test holds; null tests do not hold. */
  | { readonly op: 'cases'; readonly type: FeelType; readonly cases: readonly Case[]; readonly otherwise: Ir }
  /** The number of the first row that holds, or −1. With `exclusive`, a second one is an error. */
  | { readonly op: 'hit'; readonly type: FeelType; readonly rows: readonly Ir[]; readonly exclusive?: Exclusive }
  | { readonly op: 'choose'; readonly type: FeelType; readonly index: Ir; readonly options: readonly Ir[]; readonly otherwise: Ir }
  /** Over all rows that hold, `otherwise` when none does. A group's rows exclude one another; `always` says that some row surely holds. */
  | {
      readonly op: 'aggregate';
      readonly type: FeelType;
      readonly how: '+' | '<' | '>' | '#';
      readonly groups: readonly (readonly Case[])[];
      readonly always: boolean;
      readonly otherwise: Ir;
    }
  /** The numbers of all rows that hold. The rows of a group exclude one another. */
  | { readonly op: 'rows'; readonly type: FeelType; readonly rows: readonly Ir[]; readonly groups: readonly (readonly number[])[] }
  /** The items of the rows in a row set, as a list. */
  | { readonly op: 'items'; readonly type: FeelType; readonly rows: Ir; readonly items: readonly Ir[] }
  | { readonly op: 'list'; readonly type: FeelType; readonly items: readonly Ir[] }
  | { readonly op: 'concat'; readonly type: FeelType; readonly lists: readonly Ir[] }
  | { readonly op: 'count'; readonly type: FeelType; readonly of: Ir }
  | { readonly op: 'contains'; readonly type: FeelType; readonly list: Ir; readonly item: Ir }
  /** Only between lowering steps and as a result: parts are slots or constants. `present` false makes it null. */
  | { readonly op: 'context'; readonly type: FeelType; readonly entries: Readonly<Record<string, Ir>>; readonly present?: Ir };

export interface Case {
  readonly test: Ir;
  readonly value: Ir;
}

export interface Exclusive {
  readonly code: 'unique_violated' | 'any_violated';
  readonly place: string;
}

export interface InputColumn {
  readonly name: string;
  readonly type: FeelType;
  /** The way into a context-typed input; the first element is the input's name. */
  readonly path: readonly string[];
}

export interface Step {
  readonly slot: number;
  readonly ir: Ir;
}

export interface Program {
  /** Slot n holds input n. */
  readonly inputs: readonly InputColumn[];
  /** In the order of evaluation. */
  readonly steps: readonly Step[];
  readonly results: ReadonlyMap<string, Ir>;
}

/** The direct parts of an expression. */
export function partsOf(ir: Ir): readonly Ir[] {
  switch (ir.op) {
    case 'constant':
    case 'slot':
      return [];
    case 'call':
      return ir.args;
    case 'compare':
      return [ir.left, ir.right];
    case 'isNull':
    case 'not':
    case 'holds':
    case 'count':
      return [ir.of];
    case 'and':
    case 'or':
    case 'list':
      return ir.items;
    case 'oneOf':
      return [ir.value];
    case 'cases':
      return [...ir.cases.flatMap((each) => [each.test, each.value]), ir.otherwise];
    case 'hit':
    case 'rows':
      return ir.rows;
    case 'choose':
      return [ir.index, ...ir.options, ir.otherwise];
    case 'aggregate':
      return [...ir.groups.flat().flatMap((each) => [each.test, each.value]), ir.otherwise];
    case 'items':
      return [ir.rows, ...ir.items];
    case 'concat':
      return ir.lists;
    case 'contains':
      return [ir.list, ir.item];
    case 'context':
      return ir.present ? [...Object.values(ir.entries), ir.present] : Object.values(ir.entries);
  }
}

export function slotsIn(ir: Ir, into = new Set<number>()): Set<number> {
  if (ir.op === 'slot') into.add(ir.slot);
  for (const part of partsOf(ir)) slotsIn(part, into);
  return into;
}
