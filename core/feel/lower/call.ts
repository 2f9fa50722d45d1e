import { builtinNamed } from '../builtins/index.ts';
import { isStructural, isUnsupported, type Builtin, type CompiledForm } from '../builtins/record.ts';
import { refusal } from '../error.ts';
import type { Ir } from '../ir.ts';
import { canonicalName } from '../syntax/names.ts';
import type { Span } from '../syntax/source.ts';
import type { Argument, Tree } from '../syntax/tree.ts';
import { boolean, number, string, type FeelType } from '../types.ts';
import { daysInMonth, epochDay } from '../values/calendar.ts';
import { temporalConstant } from './constants.ts';
import { applyForm } from './apply.ts';
import { membership, nullTest, wantBoolean } from './comparison.ts';
import { commonType, constant, listIr, outside, Scope, truthConstant, typeClash, typed, type Lowering } from './lowering.ts';

type CallTree = Extract<Tree, { kind: 'call' }>;

export function lowerCall(tree: CallTree, scope: Scope, into: Lowering): Ir {
  if (tree.callee.kind !== 'name') throw outside(tree.at, '只能按名称调用函数', 'a function may only be called by its name');
  const name = tree.callee.name;
  const binding = scope.find(name);
  if (binding?.kind === 'refused') throw binding.error(tree.callee.at);
  if (binding?.kind === 'function') return inline(binding, tree, scope, into);
  const builtin = builtinNamed(name);
  if (!builtin) throw refusal(tree.callee.at, `没有名为“${name}”的函数`, `there is no function "${name}"`, 'unknown_name');
  if (isUnsupported(builtin.compiled)) throw outside(tree.at, `${name}()：${builtin.compiled.zh}`, `${name}(): ${builtin.compiled.en}`);
  const args = positional(tree.args, builtin, tree.at);
  if (isStructural(builtin.compiled)) return lowerStructural(builtin.name, args, tree.at, scope, into);
  const lowered = args.map((arg) => into.bind(into.lower(arg, scope)));
  return applyForm(name, builtin.compiled, lowered, tree.at);
}

/** Arguments in the order of the form whose parameter names they carry. */
function positional(args: readonly Argument[], builtin: Builtin, at: Span): readonly Tree[] {
  if (args.every((arg) => arg.name === undefined)) return args.map((arg) => arg.value);
  const given = args.map((arg) => canonicalName(arg.name ?? ''));
  const form = builtin.params.find(
    (params) => params.length === given.length && params.every((param) => given.includes(param.replace(/\.\.\.$/, ''))),
  );
  if (!form) throw refusal(at, `“${builtin.name}”没有这些参数名`, `"${builtin.name}" has no such parameter names`, 'unknown_name');
  return form.map((param) => {
    const found = args[given.indexOf(param.replace(/\.\.\.$/, ''))];
    if (!found) throw new Error('the form was chosen by its names');
    return found.value;
  });
}

function inline(callee: Extract<ReturnType<Scope['find']>, { kind: 'function' }>, tree: CallTree, scope: Scope, into: Lowering): Ir {
  if (into.inlining.includes(callee.name))
    throw outside(tree.at, `函数“${callee.name}”递归调用`, `the function "${callee.name}" calls itself`);
  if (tree.args.length !== callee.params.length) {
    throw refusal(
      tree.at,
      `“${callee.name}”需要 ${callee.params.length} 个参数`,
      `"${callee.name}" takes ${callee.params.length} arguments`,
      'type_clash',
    );
  }
  const inner = new Scope(callee.scope);
  for (const [index, param] of callee.params.entries()) {
    const named = tree.args.find((arg) => arg.name !== undefined && canonicalName(arg.name) === canonicalName(param.name));
    const arg = named ?? tree.args[index];
    if (!arg || (arg.name !== undefined && !named))
      throw refusal(tree.at, `缺少参数“${param.name}”`, `the argument "${param.name}" is missing`, 'unknown_name');
    inner.define(param.name, { kind: 'value', ir: into.bind(into.lower(arg.value, scope)) });
  }
  into.inlining.push(callee.name);
  try {
    return into.bind(into.lower(callee.body, inner));
  } finally {
    into.inlining.pop();
  }
}

function lowerStructural(name: string, args: readonly Tree[], at: Span, scope: Scope, into: Lowering): Ir {
  const values = args.map((arg) => into.lower(arg, scope));
  const [first, second] = values;
  if (!first) throw refusal(at, `“${name}”缺少参数`, `"${name}" lacks its argument`, 'type_clash');
  switch (name) {
    case 'not':
      return { op: 'not', type: boolean, of: wantBoolean(first, at) };
    case 'is defined':
      return { op: 'not', type: boolean, of: nullTest(first, at) };
    case 'count':
      if (first.type.kind !== 'list') throw typeClash(at, 'list', first.type);
      return first.op === 'list' ? constant(number, first.items.length) : { op: 'count', type: number, of: into.bind(first) };
    case 'list contains':
      if (!second) throw refusal(at, '缺少第二个参数', 'the second argument is missing', 'type_clash');
      return { op: 'holds', type: boolean, of: membership(first, second, at, into) };
    case 'concatenate':
      return concat(values, at, into);
    case 'append':
      return concat([first, listIr(values.slice(1), at)], at, into);
    case 'all':
    case 'any': {
      const items = listItems(values, at).map((item) => wantBoolean(item, at));
      return items.length === 0 ? truthConstant(name === 'all') : { op: name === 'all' ? 'and' : 'or', type: boolean, items };
    }
    case 'sum':
    case 'min':
    case 'max':
    case 'mean':
      return fold(name, listItems(values, at), at, into);
    case 'string join':
      return join(first, second, at, into);
    case 'date':
    case 'duration':
      return temporal(name, values, at);
    default:
      throw outside(at, `${name}() 没有编译形式`, `${name}() has no compiled form`);
  }
}

/** The items of `f([a, b])` or `f(a, b)`. */
function listItems(values: readonly Ir[], at: Span): readonly Ir[] {
  const [first] = values;
  if (values.length !== 1 || !first || first.type.kind !== 'list') return values;
  if (first.op !== 'list') throw outside(at, '只支持写明各项的列表', 'only a list that is written out');
  return first.items;
}

function concat(values: readonly Ir[], at: Span, into: Lowering): Ir {
  for (const value of values) if (value.type.kind !== 'list') throw typeClash(at, 'list', value.type);
  const lists = values.flatMap((value) => (value.op === 'concat' ? value.lists : [value])).map((value) => into.bind(value));
  const type = commonType(lists, at);
  return typed({ op: 'concat', type, lists }, type);
}

const foldSql: Readonly<Record<'sum' | 'min' | 'max' | 'mean', (args: readonly string[]) => string>> = {
  sum: (args) => `(${args.join(' + ')})`,
  mean: (args) => `((${args.join(' + ')}) / ${args.length}.0::DOUBLE)`,
  min: (args) => `(CASE WHEN ${args.map((arg) => `${arg} IS NOT NULL`).join(' AND ')} THEN least(${args.join(', ')}) END)`,
  max: (args) => `(CASE WHEN ${args.map((arg) => `${arg} IS NOT NULL`).join(' AND ')} THEN greatest(${args.join(', ')}) END)`,
};

const total = (...values: number[]): number => values.reduce((sum, value) => sum + value);
const foldApply: Readonly<Record<'sum' | 'min' | 'max' | 'mean', (...values: number[]) => number>> = {
  sum: total,
  mean: (...values) => total(...values) / values.length,
  min: (...values) => Math.min(...values),
  max: (...values) => Math.max(...values),
};

/** Null in, null out: an unknown part makes the whole unknown. */
function fold(name: 'sum' | 'min' | 'max' | 'mean', items: readonly Ir[], at: Span, into: Lowering): Ir {
  const type = commonType(items, at);
  const ordered: readonly FeelType['kind'][] =
    name === 'min' || name === 'max' ? ['number', 'date', 'years and months duration', 'days and time duration'] : ['number'];
  if (items.length === 0) return constant(number, null);
  if (type.kind !== 'null' && !ordered.includes(type.kind)) throw typeClash(at, ordered.join(' / '), type);
  const form: CompiledForm = { takes: items.map(() => type), returns: type, apply: foldApply[name], sql: foldSql[name] };
  return applyForm(
    name,
    [form],
    items.map((item) => into.bind(item)),
    at,
  );
}

function join(list: Ir, delimiter: Ir | undefined, at: Span, into: Lowering): Ir {
  if (list.type.kind !== 'list') throw typeClash(at, 'list<string>', list.type);
  if (list.type.of.kind !== 'string' && list.type.of.kind !== 'null') throw typeClash(at, 'list<string>', list.type);
  if (delimiter && (delimiter.op !== 'constant' || typeof delimiter.value !== 'string'))
    throw outside(at, '分隔符须是字面量', 'the delimiter must be a literal');
  const separator = delimiter?.op === 'constant' ? String(delimiter.value) : '';
  const form: CompiledForm = {
    takes: [list.type],
    returns: string,
    apply: (items: readonly (string | null)[]) => items.filter((item) => item !== null).join(separator),
    // of nulls alone DuckDB makes no text
    sql: ([items]) =>
      `(CASE WHEN ${items} IS NOT NULL THEN coalesce(array_to_string(${items}, '${separator.replaceAll("'", "''")}'), '') END)`,
  };
  return { op: 'call', type: string, name: 'string join', form, args: [into.bind(list)] };
}

function temporal(name: 'date' | 'duration', values: readonly Ir[], at: Span): Ir {
  const [first] = values;
  if (first?.op === 'constant' && typeof first.value === 'string' && values.length === 1) {
    const made = temporalConstant(first.value, at);
    const isDate = made.type.kind === 'date';
    if (isDate !== (name === 'date')) throw outside(at, `这不是 ${name}`, `this is no ${name}`);
    return made;
  }
  if (name === 'date' && first && values.length === 1 && (first.type.kind === 'date' || first.type.kind === 'null')) return first;
  const [year, month, day] = values.map((value) => (value.op === 'constant' && typeof value.value === 'number' ? value.value : undefined));
  if (name === 'date' && values.length === 3 && year !== undefined && month !== undefined && day !== undefined) {
    if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) throw outside(at, '没有这一天', 'there is no such day');
    return constant({ kind: 'date' }, epochDay({ year, month, day }));
  }
  throw outside(
    at,
    `${name}() 只接受字面量；日期请声明为 date 类型的输入`,
    `${name}() takes literals only; declare dates as inputs of type date`,
  );
}
