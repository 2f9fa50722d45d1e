/** Source tree → typed IR. What the profile does not hold is refused here, with the place and the reason. */
import { operators, negation, wholePowers } from '../builtins/operators.ts';
import { properties } from '../builtins/properties.ts';
import { refusal } from '../error.ts';
import type { Ir } from '../ir.ts';
import type { Span } from '../syntax/source.ts';
import type { Tree } from '../syntax/tree.ts';
import { boolean, listOf, number, string, typeText } from '../types.ts';
import { lowerCall } from './call.ts';
import { temporalConstant } from './constants.ts';
import { applyForm, bounded } from './apply.ts';
import { choice, contextType } from './choice.ts';
import { compare, either, lowerTest, wantBoolean } from './comparison.ts';
import { commonType, constant, listIr, nullIr, outside, Scope, truthConstant, typeClash, type Lowering } from './lowering.ts';
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
        lower(tree.consequent, scope, into),
        lower(tree.otherwise, scope, into),
        tree.at,
        into,
      );
    case 'path':
      return lowerPath(tree.of, tree.name, tree.at, scope, into);
    case 'call':
      return lowerCall(tree, scope, into);
    case 'list':
      return listIr(
        tree.items.map((item) => lower(item, scope, into)),
        tree.at,
      );
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
  if (tree.kind === 'for') return listIr(items, tree.at);
  const tests = items.map((item) => wantBoolean(item, tree.at));
  if (tests.length === 0) return truthConstant(tree.every);
  return { op: tree.every ? 'and' : 'or', type: boolean, items: tests };
}
