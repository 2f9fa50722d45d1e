/** Source tree → typed IR. What the profile does not hold is refused here, with the place and the reason. */
import { operators, negation, wholePowers } from '../builtins/operators.ts';
import { properties } from '../builtins/properties.ts';
import type { CompiledForm } from '../builtins/record.ts';
import { refusal } from '../error.ts';
import type { Ir } from '../ir.ts';
import type { Span } from '../syntax/source.ts';
import type { CompareOperator, RangeTree, TestsTree, Tree } from '../syntax/tree.ts';
import { boolean, listOf, number, sameType, string, typeText, type FeelType } from '../types.ts';
import { lowerCall } from './call.ts';
import { temporalConstant } from './constants.ts';
import {
  commonType,
  constant,
  isNullConstant,
  nullIr,
  outside,
  Scope,
  truthConstant,
  typeClash,
  typed,
  type Lowering,
} from './lowering.ts';
import { guarded, mayOverflow } from './magnitude.ts';
import { lowerTable } from './table.ts';

export function lower(tree: Tree, scope: Scope, into: Lowering): Ir {
  switch (tree.kind) {
    case 'number':
      return constant(number, tree.value);
    case 'string':
      if (tree.value.includes('\0')) throw outside(tree.at, '文本里有 NUL 字符', 'a NUL character in a text');
      return constant(string, tree.value);
    case 'boolean':
      return truthConstant(tree.value);
    case 'null':
      return nullIr;
    case 'temporal':
      return temporalConstant(tree.text, tree.at);
    case 'name':
      return lowerName(tree.name, tree.at, scope);
    case 'negate': {
      const of = lower(tree.of, scope, into);
      if (of.op === 'constant' && typeof of.value === 'number') return constant(of.type, 0 - of.value);
      return applyForm('-', negation, [of], tree.at);
    }
    case 'arithmetic':
      return lowerArithmetic(tree, scope, into);
    case 'compare':
      return compare(tree.operator, lower(tree.left, scope, into), lower(tree.right, scope, into), tree.at, into);
    case 'between': {
      const value = into.bind(lower(tree.value, scope, into));
      const low = compare('>=', value, lower(tree.low, scope, into), tree.at, into);
      return { op: 'and', type: boolean, items: [low, compare('<=', value, lower(tree.high, scope, into), tree.at, into)] };
    }
    case 'in': {
      const value = into.bind(lower(tree.value, scope, into));
      return either(tree.tests.map((test) => lowerTest(test, value, scope, into)));
    }
    case 'and':
    case 'or': {
      const items = [tree.left, tree.right].map((side) => wantBoolean(lower(side, scope, into), side.at));
      return { op: tree.kind, type: boolean, items: items.flatMap((item) => (item.op === tree.kind ? item.items : [item])) };
    }
    case 'if':
      return choice(
        wantBoolean(lower(tree.test, scope, into), tree.test.at),
        lower(tree.then, scope, into),
        lower(tree.otherwise, scope, into),
        tree.at,
        into,
      );
    case 'path':
      return lowerPath(tree.of, tree.name, tree.at, scope, into);
    case 'call':
      return lowerCall(tree, scope, into);
    case 'list': {
      const items = tree.items.map((item) => lower(item, scope, into));
      return { op: 'list', type: listOf(commonType(items, tree.at)), items };
    }
    case 'context':
      return lowerContext(tree, scope, into);
    case 'table':
      return lowerTable(tree, scope, into);
    case 'quantified':
    case 'for':
      return unroll(tree, scope, into);
    case 'tests':
      throw outside(tree.at, '条件只能写在决策表里', 'unary tests belong in a decision table');
    case 'range':
      throw outside(tree.at, '区间只能用在 in 之后', 'an interval may only follow "in"');
    case 'filter':
      throw outside(tree.at, '列表筛选', 'filters on lists');
    case 'function':
      throw outside(tree.at, '函数只能直接调用，不能作为值', 'a function may only be called, not be a value');
    case 'instance':
      throw outside(tree.at, '运行时类型判断', 'run-time type tests');
  }
}

function lowerName(name: string, at: Span, scope: Scope): Ir {
  const binding = scope.find(name);
  if (!binding) throw refusal(at, `名称“${name}”没有声明`, `the name "${name}" is not declared`, 'unknown_name');
  if (binding.kind === 'refused') throw binding.error(at);
  if (binding.kind === 'function') throw outside(at, '函数只能直接调用，不能作为值', 'a function may only be called, not be a value');
  return binding.ir;
}

/** Calls the one form whose types fit; a bare null argument makes the whole null. */
export function applyForm(name: string, forms: readonly CompiledForm[], args: readonly Ir[], at: Span): Ir {
  const form = forms.find((each) => each.takes.length === args.length && each.takes.every((type, index) => fits(args[index], type)));
  if (!form) {
    const given = args.map((arg) => typeText(arg.type)).join(', ');
    throw refusal(at, `“${name}”不能用于 (${given})`, `"${name}" does not take (${given})`, 'type_clash');
  }
  if (args.some(isNullConstant)) return constant(form.returns, null);
  for (const [index, check] of Object.entries(form.literals ?? {})) {
    const arg = args[Number(index)];
    if (arg?.op !== 'constant' || !check(arg.value))
      throw outside(
        at,
        `“${name}”的第 ${Number(index) + 1} 个参数须是合适的字面量`,
        `argument ${Number(index) + 1} of "${name}" must be a fitting literal`,
      );
  }
  return { op: 'call', type: form.returns, name, form, args };
}

function fits(arg: Ir | undefined, type: FeelType): boolean {
  return arg !== undefined && (arg.type.kind === 'null' || sameType(arg.type, type));
}

function lowerArithmetic(tree: Extract<Tree, { kind: 'arithmetic' }>, scope: Scope, into: Lowering): Ir {
  const left = lower(tree.left, scope, into);
  const right = lower(tree.right, scope, into);
  if (tree.operator !== '**') {
    // a divisor is written twice in SQL, so it takes a slot
    const args = tree.operator === '/' ? [left, into.bind(right)] : [left, right];
    return bounded(applyForm(tree.operator, operators[tree.operator], args, tree.at), into);
  }
  const form = right.op === 'constant' && typeof right.value === 'number' ? wholePowers[right.value] : undefined;
  if (!form) throw outside(tree.at, '乘方只支持 2、3、4 次', 'only the powers 2, 3 and 4 give the same bits in every engine');
  return bounded(applyForm('**', [form], [into.bind(left)], tree.at), into);
}

function bounded(result: Ir, into: Lowering): Ir {
  if (result.op !== 'call' || result.type.kind !== 'number' || !mayOverflow(into.magnitude(result))) return result;
  return { ...result, form: guarded(result.form), args: result.args.map((arg) => into.bind(arg)) };
}

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

function nullTest(of: Ir, at: Span): Ir {
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

/** `if`: anything but true takes the other branch. */
export function choice(test: Ir, then: Ir, otherwise: Ir, at: Span, into: Lowering): Ir {
  if (then.op !== 'context' && otherwise.op !== 'context') {
    const type = commonType([then, otherwise], at);
    if (then.op === 'list' && otherwise.op === 'list') return chosenItems(test, then, otherwise, type, into);
    return { op: 'cases', type, cases: [{ test, value: typed(then, type) }], otherwise: typed(otherwise, type) };
  }
  const bound = into.bind(test);
  const names = Object.keys((then.op === 'context' ? then : (otherwise as Extract<Ir, { op: 'context' }>)).entries);
  const entry = (of: Ir, name: string): Ir => {
    if (of.op !== 'context') {
      if (isNullConstant(of)) return nullIr;
      throw typeClash(at, 'context', of.type);
    }
    const found = of.entries[name];
    if (!found || Object.keys(of.entries).length !== names.length) throw typeClash(at, `context<${names.join(', ')}>`, of.type);
    return found;
  };
  const entries = Object.fromEntries(
    names.map((name) => [name, into.bind(choice(bound, entry(then, name), entry(otherwise, name), at, into))]),
  );
  const present = into.bind(choice(bound, presence(then), presence(otherwise), at, into));
  return { op: 'context', type: contextType(entries), entries, present };
}

/** `if` between written lists: a rule list, whose rows are the test and its opposite. */
function chosenItems(
  test: Ir,
  then: Extract<Ir, { op: 'list' }>,
  otherwise: Extract<Ir, { op: 'list' }>,
  type: FeelType,
  into: Lowering,
): Ir {
  const taken: Ir = into.bind({ op: 'holds', type: boolean, of: test });
  const rows: Ir[] = [...then.items.map(() => taken), ...otherwise.items.map((): Ir => ({ op: 'not', type: boolean, of: taken }))];
  const items = [...then.items, ...otherwise.items].map((item) => into.bind(item));
  return { op: 'items', type, rows: into.bind({ op: 'rows', type: listOf(number), rows, groups: rows.map((_, index) => [index]) }), items };
}

function presence(of: Ir): Ir {
  return of.op === 'context' ? (of.present ?? truthConstant(true)) : truthConstant(false);
}

export function contextType(entries: Readonly<Record<string, Ir>>): FeelType {
  return { kind: 'context', entries: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, entry.type])) };
}

function lowerContext(tree: Extract<Tree, { kind: 'context' }>, scope: Scope, into: Lowering): Ir {
  const inner = new Scope(scope);
  const entries: Record<string, Ir> = {};
  for (const entry of tree.entries) {
    if (entry.value.kind === 'function') {
      if (!tree.result) throw outside(entry.at, '结果里不能有函数', 'a result cannot hold a function');
      inner.define(entry.name, { kind: 'function', name: entry.name, params: entry.value.params, body: entry.value.body, scope: inner });
      continue;
    }
    const value = into.bind(lower(entry.value, inner, into));
    entries[entry.name] = value;
    inner.define(entry.name, { kind: 'value', ir: value });
  }
  if (tree.result) return lower(tree.result, inner, into);
  return { op: 'context', type: contextType(entries), entries };
}

function lowerPath(of: Tree, name: string, at: Span, scope: Scope, into: Lowering): Ir {
  const value = lower(of, scope, into);
  if (value.op === 'context') return memberOf(value, name, at);
  if (value.type.kind === 'list') return project(value, name, at);
  const forms = properties[name];
  if (!forms) throw refusal(at, `${typeText(value.type)} 没有“${name}”`, `${typeText(value.type)} has no "${name}"`, 'unknown_name');
  return applyForm(name, forms, [into.bind(value)], at);
}

function memberOf(value: Extract<Ir, { op: 'context' }>, name: string, at: Span): Ir {
  const found = value.entries[name];
  if (!found)
    throw refusal(
      at,
      `没有“${name}”；有 ${Object.keys(value.entries).join('、')}`,
      `there is no "${name}"; there are ${Object.keys(value.entries).join(', ')}`,
      'unknown_name',
    );
  return found;
}

/** `list.name`: the member of each item. */
function project(list: Ir, name: string, at: Span): Ir {
  const member = (item: Ir): Ir => {
    if (item.op !== 'context') throw typeClash(at, 'context', item.type);
    return memberOf(item, name, at);
  };
  switch (list.op) {
    case 'items':
    case 'list': {
      const items = list.items.map(member);
      return { ...list, type: listOf(commonType(items, at)), items };
    }
    case 'concat': {
      const lists = list.lists.map((each) => project(each, name, at));
      return { op: 'concat', type: commonType(lists, at), lists };
    }
    default:
      throw outside(at, '这个列表的成员在编译时不可知', 'the items of this list are not known when compiling');
  }
}

/** `some`, `every` and `for` over a list written out: one copy an item. */
function unroll(tree: Extract<Tree, { kind: 'quantified' | 'for' }>, scope: Scope, into: Lowering): Ir {
  const [iterator, ...more] = tree.iterators;
  if (!iterator || more.length > 0 || iterator.to)
    throw outside(tree.at, '循环只支持一个写明各项的列表', 'an iteration may only go over one list that is written out');
  const list = into.bind(lower(iterator.list, scope, into));
  if (list.op !== 'list') throw outside(tree.at, '循环只支持写明各项的列表', 'an iteration may only go over a list that is written out');
  const items = list.items.map((item) => lower(tree.body, new Scope(scope).define(iterator.name, { kind: 'value', ir: item }), into));
  if (tree.kind === 'for') return { op: 'list', type: listOf(commonType(items, tree.at)), items };
  const tests = items.map((item) => wantBoolean(item, tree.at));
  if (tests.length === 0) return truthConstant(tree.every);
  return { op: tree.every ? 'and' : 'or', type: boolean, items: tests };
}

/** All tests of a cell against its value, two-valued; undefined for `-`. */
export function lowerTests(tests: TestsTree, value: Ir, scope: Scope, into: Lowering): Ir | undefined {
  if (tests.any) return undefined;
  const inner = new Scope(scope).define('?', { kind: 'value', ir: value });
  const any = either(tests.items.map((item) => lowerTest(item, value, inner, into)));
  return tests.negated ? { op: 'not', type: boolean, of: { op: 'holds', type: boolean, of: any } } : any;
}

function either(items: readonly Ir[]): Ir {
  const [only] = items;
  return items.length === 1 && only ? only : { op: 'or', type: boolean, items };
}

function lowerTest(test: Tree, value: Ir, scope: Scope, into: Lowering): Ir {
  if (test.kind === 'range') return inRange(test, value, scope, into);
  if (test.kind === 'null') return nullTest(value, test.at);
  const operand = lower(test, scope, into);
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
  const end = (tree: Tree): Ir => lower(tree, scope, into);
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
