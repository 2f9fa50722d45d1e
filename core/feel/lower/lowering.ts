import { refusal } from '../error.ts';
import type { InputColumn, Ir, SlotValue, Step } from '../ir.ts';
import { canonicalName } from '../syntax/names.ts';
import type { Span } from '../syntax/source.ts';
import type { Parameter, TableTree, Tree } from '../syntax/tree.ts';
import { largestInput, magnitudeOf } from './magnitude.ts';
import type { Grid } from './regions.ts';
import { boolean, listOf, sameType, typeText, type FeelType } from '../types.ts';

/** What a name stands for while lowering. */
export type Binding =
  | { readonly kind: 'value'; readonly ir: Ir }
  | { readonly kind: 'function'; readonly name: string; readonly params: readonly Parameter[]; readonly body: Tree; readonly scope: Scope }
  /** A name that is declared but cannot be compiled; using it gives the reason. */
  | { readonly kind: 'refused'; readonly error: (at: Span) => Error };

export class Scope {
  private readonly parent: Scope | undefined;
  private readonly names = new Map<string, Binding>();

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  define(name: string, binding: Binding): this {
    this.names.set(canonicalName(name), binding);
    return this;
  }

  find(name: string): Binding | undefined {
    return this.names.get(canonicalName(name)) ?? this.parent?.find(name);
  }

  known(): string[] {
    return [...(this.parent?.known() ?? []), ...this.names.keys()];
  }
}

/** A decision table with its columns and cells lowered; undefined cells are `-`. */
export interface LoweredTable extends Grid {
  readonly tree: TableTree;
  /** The two-valued truth of each rule. */
  readonly rows: readonly Ir[];
  readonly outputs: readonly (readonly Ir[])[];
}

/** The growing straight-line program of one model. */
export class Lowering {
  readonly inputs: InputColumn[] = [];
  readonly steps: Step[] = [];
  /** Every decision table met, for the checks. */
  readonly tables: LoweredTable[] = [];
  /** Functions being inlined, to refuse recursion. */
  readonly inlining: string[] = [];
  private readonly inexactSlots = new Set<number>();
  private readonly magnitudes = new Map<number, number>();
  private next = 0;
  private readonly lowerTree: (tree: Tree, scope: Scope, into: Lowering) => Ir;

  /** Takes the lowering of any expression, so that calls and tables can lower their parts without knowing all expressions. */
  constructor(lowerTree: (tree: Tree, scope: Scope, into: Lowering) => Ir) {
    this.lowerTree = lowerTree;
  }

  lower(tree: Tree, scope: Scope): Ir {
    return this.lowerTree(tree, scope, this);
  }

  addInput(column: InputColumn): Ir {
    if (this.steps.length > 0) throw new Error('inputs take the first slots');
    this.inputs.push(column);
    const slot = this.next;
    this.next += 1;
    return { op: 'slot', type: column.type, slot };
  }

  /** Puts a value where it can be read cheaply and often: a slot each, a context one slot a leaf, a rule list its row set. */
  bind(ir: Ir): Ir {
    switch (ir.op) {
      case 'constant':
      case 'slot':
        return ir;
      case 'context': {
        const entries = Object.fromEntries(Object.entries(ir.entries).map(([name, entry]) => [name, this.bind(entry)]));
        return { ...ir, entries, ...(ir.present && { present: this.bind(ir.present) }) };
      }
      case 'items':
        return { ...ir, rows: this.bind(ir.rows), items: ir.items.map((item) => this.bind(item)) };
      case 'list':
        return { ...ir, items: ir.items.map((item) => this.bind(item)) };
      case 'concat':
        return { ...ir, lists: ir.lists.map((list) => this.bind(list)) };
      default: {
        const slot = this.next;
        this.next += 1;
        if (this.inexact(ir)) this.inexactSlots.add(slot);
        this.magnitudes.set(slot, this.magnitude(ir));
        this.steps.push({ slot, ir });
        return { op: 'slot', type: ir.type, slot };
      }
    }
  }

  /** The largest size a number can have; inputs are bounded by what they may bring. */
  magnitude(ir: Ir): number {
    return magnitudeOf(ir, (slot) => this.magnitudes.get(slot) ?? largestInput);
  }

  /** Whether engines may differ in the last bits of this value: something of exp or log that is not rounded. */
  inexact(ir: Ir): boolean {
    switch (ir.op) {
      case 'constant':
        return false;
      case 'slot':
        return this.inexactSlots.has(ir.slot);
      case 'call':
        if (ir.form.inexact) return true;
        if (roundingNames.has(ir.name)) return false;
        return ir.args.some((arg) => this.inexact(arg));
      case 'cases':
        return ir.cases.some((each) => this.inexact(each.value)) || this.inexact(ir.otherwise);
      case 'choose':
        return ir.options.some((each) => this.inexact(each)) || this.inexact(ir.otherwise);
      case 'aggregate':
        return ir.groups.flat().some((each) => this.inexact(each.value)) || this.inexact(ir.otherwise);
      case 'items':
      case 'list':
        return ir.items.some((each) => this.inexact(each));
      case 'concat':
        return ir.lists.some((each) => this.inexact(each));
      case 'context':
        return Object.values(ir.entries).some((each) => this.inexact(each));
      default:
        return false;
    }
  }
}

const roundingNames = new Set(['decimal', 'floor', 'ceiling', 'round up', 'round down', 'round half up', 'round half down']);

export function constant(type: FeelType, value: SlotValue): Ir {
  return { op: 'constant', type, value };
}

export const nullIr: Ir = constant({ kind: 'null' }, null);

export function isNullConstant(ir: Ir): boolean {
  return ir.op === 'constant' && ir.value === null;
}

export function truthConstant(value: boolean): Ir {
  return constant(boolean, value);
}

/** Typed as `type`, when it is a bare null, an empty list, or a list that holds such: DuckDB knows no value without a type. */
export function typed(ir: Ir, type: FeelType): Ir {
  if (isNullConstant(ir)) return constant(type, null);
  if (type.kind !== 'list') return ir;
  switch (ir.op) {
    case 'list':
    case 'items':
      return { ...ir, type, items: ir.items.map((item) => typed(item, type.of)) };
    case 'concat':
      return { ...ir, type, lists: ir.lists.map((list) => typed(list, type)) };
    default:
      return ir;
  }
}

/** A list of values of one type. */
export function listIr(items: readonly Ir[], at: Span): Ir {
  const type = listOf(commonType(items, at));
  return typed({ op: 'list', type, items }, type);
}

/** The one type of several values, null fitting every type. */
export function commonType(values: readonly Ir[], at: Span): FeelType {
  const [first, ...rest] = values.map((each) => each.type).filter((type) => type.kind !== 'null');
  if (!first) return { kind: 'null' };
  for (const other of rest) {
    if (isEmptyListType(first) || isEmptyListType(other)) continue;
    if (!sameType(first, other)) throw typeClash(at, typeText(first), other);
  }
  return [first, ...rest].find((type) => !isEmptyListType(type)) ?? first;
}

function isEmptyListType(type: FeelType): boolean {
  return type.kind === 'list' && type.of.kind === 'null';
}

export function typeClash(at: Span, wanted: string, found: FeelType): Error {
  return refusal(
    at,
    `类型不符：需要 ${wanted}，实际是 ${typeText(found)}`,
    `type clash: ${wanted} is needed, this is ${typeText(found)}`,
    'type_clash',
  );
}

export function outside(at: Span, zh: string, en: string): Error {
  return refusal(at, `超出可编译范围：${zh}`, `outside the compilable profile: ${en}`, 'outside_profile');
}
