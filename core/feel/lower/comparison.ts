/** Comparisons, null tests and the unary tests of cells. */
import { refusal } from '../error.ts';
import type { Ir } from '../ir.ts';
import type { Span } from '../syntax/source.ts';
import type { CompareOperator, RangeTree, TestsTree, Tree } from '../syntax/tree.ts';
import { boolean, sameType, typeText, type FeelType } from '../types.ts';
import { constant, isNullConstant, outside, Scope, truthConstant, typeClash, typed, type Lowering } from './lowering.ts';

export function compare(operator: CompareOperator, left: Ir, right: Ir, at: Span, into: Lowering): Ir {
  for (const side of [left, right]) {
    if (into.inexact(side))
      throw refusal(
        at,
        '含 exp/log 的值未取整就比较，各引擎末位不同；请先 decimal() 取整',
        'a value of exp or log is compared unrounded; engines differ in its last bits, so round it with decimal() first',
        'inexact',
      );
  }
  if (operator === '=' || operator === '!=') {
    if (isNullConstant(left) || isNullConstant(right)) {
      const test = nullTest(isNullConstant(left) ? right : left, at);
      return operator === '=' ? test : { op: 'not', type: boolean, of: test };
    }
  } else if (isNullConstant(left) || isNullConstant(right)) {
    return constant(boolean, null);
  }
  if (!sameType(left.type, right.type)) throw typeClash(at, typeText(left.type), right.type);
  if (!comparable(left.type, operator))
    throw outside(at, `${typeText(left.type)} 不能用 ${operator} 比较`, `${typeText(left.type)} cannot be compared with ${operator}`);
  return { op: 'compare', type: boolean, operator, left, right };
}

function comparable(type: FeelType, operator: CompareOperator): boolean {
  if (type.kind === 'boolean') return operator === '=' || operator === '!=';
  return ['number', 'string', 'date', 'years and months duration', 'days and time duration'].includes(type.kind);
}

export function nullTest(of: Ir, at: Span): Ir {
  if (of.op === 'context') return of.present ? { op: 'not', type: boolean, of: of.present } : truthConstant(false);
  if (of.type.kind === 'list' && of.op !== 'slot') return truthConstant(false);
  if (isNullConstant(of)) return truthConstant(true);
  if (of.type.kind === 'function') throw outside(at, '函数不是值', 'a function is not a value');
  return { op: 'isNull', type: boolean, of };
}

export function wantBoolean(ir: Ir, at: Span): Ir {
  if (ir.type.kind !== 'boolean' && ir.type.kind !== 'null') throw typeClash(at, 'boolean', ir.type);
  return typed(ir, boolean);
}

/** All tests of a cell against its value, two-valued; undefined for `-`. */
export function lowerTests(tests: TestsTree, value: Ir, scope: Scope, into: Lowering): Ir | undefined {
  if (tests.any) return undefined;
  const inner = new Scope(scope).define('?', { kind: 'value', ir: value });
  const any = either(tests.items.map((item) => lowerTest(item, value, inner, into)));
  return tests.negated ? { op: 'not', type: boolean, of: { op: 'holds', type: boolean, of: any } } : any;
}

export function either(items: readonly Ir[]): Ir {
  const [only] = items;
  return items.length === 1 && only ? only : { op: 'or', type: boolean, items };
}

export function lowerTest(test: Tree, value: Ir, scope: Scope, into: Lowering): Ir {
  if (test.kind === 'range') return inRange(test, value, scope, into);
  if (test.kind === 'null') return nullTest(value, test.at);
  const operand = into.lower(test, scope);
  if (operand.op === 'list' || operand.op === 'items' || operand.type.kind === 'list') return membership(operand, value, test.at, into);
  if (operand.type.kind === 'boolean' && mentionsInput(test)) return operand;
  return compare('=', value, operand, test.at, into);
}

export function membership(list: Ir, value: Ir, at: Span, into: Lowering): Ir {
  if (list.type.kind !== 'list') throw typeClash(at, 'list', list.type);
  if (list.op === 'list') {
    if (
      list.items.length > 0 &&
      list.items.every((item) => item.op === 'constant' && item.value !== null && sameType(item.type, value.type))
    ) {
      if (into.inexact(value)) throw outside(at, '含 exp/log 的值须先取整', 'a value of exp or log must be rounded first');
      return { op: 'oneOf', type: boolean, value, among: list.items.map((item) => (item.op === 'constant' ? item.value : null)) };
    }
    if (list.items.length === 0) return truthConstant(false);
    return either(list.items.map((item) => (isNullConstant(item) ? nullTest(value, at) : compare('=', value, item, at, into))));
  }
  if (!sameType(list.type.of, value.type)) throw typeClash(at, typeText(list.type.of), value.type);
  return { op: 'contains', type: boolean, list: into.bind(list), item: into.bind(value) };
}

function inRange(range: RangeTree, value: Ir, scope: Scope, into: Lowering): Ir {
  const end = (tree: Tree): Ir => into.lower(tree, scope);
  if (range.equality && range.low) return compare(range.equality, value, end(range.low), range.at, into);
  const tests: Ir[] = [];
  if (range.low) tests.push(compare(range.lowClosed ? '>=' : '>', value, end(range.low), range.at, into));
  if (range.high) tests.push(compare(range.highClosed ? '<=' : '<', value, end(range.high), range.at, into));
  const [only] = tests;
  return tests.length === 1 && only ? only : { op: 'and', type: boolean, items: tests };
}

/** Whether `?` occurs, which makes a boolean test a condition rather than a value to equal. */
function mentionsInput(tree: Tree): boolean {
  if (tree.kind === 'name') return tree.name === '?';
  return Object.values(tree).some((part: unknown) => {
    if (Array.isArray(part)) return part.some((each: unknown) => isTree(each) && mentionsInput(each));
    return isTree(part) && mentionsInput(part);
  });
}

function isTree(part: unknown): part is Tree {
  return typeof part === 'object' && part !== null && ('kind' in part || ('value' in part && typeof part.value === 'object'));
}
