/** The reference meaning of FEEL: walks the source tree over any values. Closures and SQL are tested against it. */
import { builtinNamed } from './builtins/index.ts';
import type { Builtin, Caller } from './builtins/record.ts';
import { tabulate, type TableHit } from './interpret-table.ts';
import { Environment, type Interpreter } from './environment.ts';
import { canonicalName } from './syntax/names.ts';
import type { Argument, Iterator, Parameter, TestsTree, Tree } from './syntax/tree.ts';
import { calculate, negate } from './values/arithmetic.ts';
import { equal, order, within } from './values/compare.ts';
import { coerce, conforms } from './values/conform.ts';
import { member } from './values/members.ts';
import { parseTemporal } from './values/parse-temporal.ts';
import { FeelDate, FeelFunction, FeelRange, isContext, isList, type FeelValue } from './values/value.ts';

/** Elements one iteration may visit; a longer one is refused rather than run for ever. */
const longestIteration = 1_000_000;

export function evaluate(tree: Tree, env: Environment): FeelValue {
  switch (tree.kind) {
    case 'number':
    case 'string':
    case 'boolean':
      return tree.value;
    case 'null':
      return null;
    case 'temporal':
      return parseTemporal(tree.text) ?? null;
    case 'name':
      return nameValue(tree.name, env);
    case 'negate':
      return negate(evaluate(tree.of, env));
    case 'arithmetic':
      return calculate(tree.operator, evaluate(tree.left, env), evaluate(tree.right, env));
    case 'compare':
      return compareValues(tree.operator, evaluate(tree.left, env), evaluate(tree.right, env));
    case 'between': {
      const value = evaluate(tree.value, env);
      return both(compareValues('>=', value, evaluate(tree.low, env)), compareValues('<=', value, evaluate(tree.high, env)));
    }
    case 'in':
      return anyTrue(tree.tests.map((test) => passes(test, evaluate(tree.value, env), env)));
    case 'and':
      return both(evaluate(tree.left, env), () => evaluate(tree.right, env));
    case 'or':
      return either(evaluate(tree.left, env), () => evaluate(tree.right, env));
    case 'if': {
      const test = evaluate(tree.test, env);
      if (tree.boxed && test !== null && typeof test !== 'boolean') return null;
      return evaluate(test === true ? tree.consequent : tree.otherwise, env);
    }
    case 'for':
      return iterate(tree, env);
    case 'quantified':
      return quantify(tree, env);
    case 'filter':
      return filter(tree, env);
    case 'path':
      return path(tree, env);
    case 'call':
      return call(tree, env);
    case 'function':
      return makeFunction(tree.params, tree.body, env, tree.external);
    case 'list':
      return tree.items.map((item) => evaluate(item, env));
    case 'context':
      return context(tree, env);
    case 'range':
      return range(tree, env);
    case 'instance': {
      const value = evaluate(tree.value, env);
      const type = env.interpreter.typeOf(tree.type);
      if (!type) return null;
      return value === null ? type.kind === 'null' : conforms(value, type);
    }
    case 'tests':
      return holds(tree, evaluate({ kind: 'name', name: '?', at: tree.at }, env), env);
    case 'table':
      return tableValue(tree, env);
  }
}

function nameValue(name: string, env: Environment): FeelValue {
  const found = env.find(name);
  if (found !== undefined) return found;
  const builtin = builtinNamed(name);
  return builtin ? builtinFunction(builtin, env.interpreter) : null;
}

const callers = new WeakMap<Interpreter, Caller>();

function callerOf(interpreter: Interpreter): Caller {
  let caller = callers.get(interpreter);
  if (!caller) {
    caller = {
      invoke: (callee, args) => (callee instanceof FeelFunction && callee.params.length === args.length ? callee.call(args) : null),
    };
    callers.set(interpreter, caller);
  }
  return caller;
}

function builtinFunction(builtin: Builtin, interpreter: Interpreter): FeelFunction {
  return new FeelFunction(builtin.params[0] ?? [], (args) => builtin.evaluate(args, callerOf(interpreter)));
}

function compareValues(operator: '=' | '!=' | '<' | '<=' | '>' | '>=', left: FeelValue, right: FeelValue): boolean | null {
  if (operator === '=') return equal(left, right);
  if (operator === '!=') {
    const same = equal(left, right);
    return same === null ? null : !same;
  }
  const answer = left === null || right === null ? undefined : order(left, right);
  if (answer === undefined) return null;
  return operator === '<' ? answer < 0 : operator === '<=' ? answer <= 0 : operator === '>' ? answer > 0 : answer >= 0;
}

function both(left: FeelValue, right: FeelValue | (() => FeelValue)): boolean | null {
  if (left === false) return false;
  const other = typeof right === 'function' ? right() : right;
  if (other === false) return false;
  return left === true && other === true ? true : null;
}

function either(left: FeelValue, right: () => FeelValue): boolean | null {
  if (left === true) return true;
  const other = right();
  if (other === true) return true;
  return left === false && other === false ? false : null;
}

function anyTrue(answers: readonly FeelValue[]): boolean | null {
  if (answers.includes(true)) return true;
  return answers.every((answer) => answer === false) ? false : null;
}

/** One unary test against a value. */
function passes(test: Tree, value: FeelValue, env: Environment): FeelValue {
  if (test.kind === 'null') return value === null;
  const operand = evaluate(test, env);
  if (operand === null && mentions(test, '?')) return null;
  if (operand instanceof FeelRange) return value instanceof FeelRange ? equal(value, operand) : within(value, operand);
  if (isList(operand)) return isList(value) && equal(value, operand) === true ? true : inList(value, operand);
  if (typeof operand === 'boolean' && (mentions(test, '?') || (value !== null && typeof value !== 'boolean'))) return operand;
  return equal(value, operand);
}

function inList(value: FeelValue, list: readonly FeelValue[]): boolean {
  return list.some((item) =>
    item instanceof FeelRange && !(value instanceof FeelRange) ? within(value, item) === true : equal(value, item) === true,
  );
}

/** The two-valued truth of a cell: a test that is null does not hold, and its negation does. */
export function holds(tests: TestsTree, value: FeelValue, env: Environment): boolean {
  if (tests.any) return true;
  const inner = env.with([['?', value]]);
  const some = tests.items.some((test) => passes(test, value, inner) === true);
  return tests.negated ? !some : some;
}

function mentions(tree: Tree, name: string): boolean {
  let found = false;
  JSON.stringify(tree, (key, part: unknown) => {
    if (key === 'at') return undefined;
    if (typeof part === 'object' && part !== null && 'kind' in part && part.kind === 'name' && 'name' in part && part.name === name)
      found = true;
    return part;
  });
  return found;
}

function range(tree: Extract<Tree, { kind: 'range' }>, env: Environment): FeelValue {
  const low = tree.low && evaluate(tree.low, env);
  const high = tree.high && evaluate(tree.high, env);
  if (low !== undefined && high !== undefined && low !== null && high !== null && tree.equality === undefined) {
    const answer = order(low, high);
    if (answer === undefined || answer > 0) return null;
  }
  return new FeelRange(low, high, tree.lowClosed, tree.highClosed, tree.equality);
}

function context(tree: Extract<Tree, { kind: 'context' }>, env: Environment): FeelValue {
  const made: Record<string, FeelValue> = {};
  const inner = env.with([]);
  const seen = new Set<string>();
  for (const entry of tree.entries) {
    const name = canonicalName(entry.name);
    if (seen.has(name)) return null;
    seen.add(name);
    const raw = evaluate(entry.value, inner);
    const type = entry.type && env.interpreter.typeOf(entry.type);
    const value = type ? coerce(raw, type) : raw;
    made[entry.name] = value;
    inner.set(entry.name, value);
  }
  return tree.result ? evaluate(tree.result, inner) : made;
}

function path(tree: Extract<Tree, { kind: 'path' }>, env: Environment): FeelValue {
  return member(evaluate(tree.of, env), tree.name);
}

function call(tree: Extract<Tree, { kind: 'call' }>, env: Environment): FeelValue {
  if (tree.callee.kind === 'name' && env.find(tree.callee.name) === undefined) {
    const builtin = builtinNamed(tree.callee.name);
    if (!builtin) return null;
    const form = formOf(tree.args, builtin);
    if (!form) return null;
    const args = form.named
      ? form.named.map((param) => argumentNamed(tree.args, param, env))
      : tree.args.map((arg) => evaluate(arg.value, env));
    return builtin.evaluate(args, callerOf(env.interpreter), form.named);
  }
  const callee = evaluate(tree.callee, env);
  if (!(callee instanceof FeelFunction)) return null;
  const args = orderedArguments(tree.args, callee.params, env);
  return args && args.length === callee.params.length ? callee.call(args) : null;
}

/** Named arguments of a builtin must name all parameters of one of its forms; undefined when they do not. */
function formOf(args: readonly Argument[], builtin: Builtin): { named?: readonly string[] } | undefined {
  if (args.every((arg) => arg.name === undefined)) return {};
  const given = args.map((arg) => canonicalName(arg.name ?? ''));
  const named = builtin.params.find((params) => params.length === given.length && params.every((param) => given.includes(bare(param))));
  return named && { named };
}

function argumentNamed(args: readonly Argument[], param: string, env: Environment): FeelValue {
  const found = args.find((arg) => canonicalName(arg.name ?? '') === bare(param));
  return found ? evaluate(found.value, env) : null;
}

function bare(param: string): string {
  return canonicalName(param.replace(/\.\.\.$/, ''));
}

function orderedArguments(args: readonly Argument[], params: readonly string[], env: Environment): readonly FeelValue[] | undefined {
  if (args.every((arg) => arg.name === undefined)) return args.map((arg) => evaluate(arg.value, env));
  const values = new Map(args.map((arg) => [canonicalName(arg.name ?? ''), arg.value]));
  if ([...values.keys()].some((name) => !params.some((param) => canonicalName(param) === name))) return undefined;
  return params.map((param) => {
    const value = values.get(canonicalName(param));
    return value ? evaluate(value, env) : null;
  });
}

export function makeFunction(params: readonly Parameter[], body: Tree, env: Environment, external: boolean): FeelFunction {
  const types = params.map((param) => param.type && env.interpreter.typeOf(param.type));
  return new FeelFunction(
    params.map((param) => param.name),
    (args) => {
      if (external) return null;
      const given = args.map((arg, index) => (types[index] ? coerce(arg, types[index]) : arg));
      if (given.some((value, index) => value === null && args[index] !== null)) return null;
      return evaluate(body, env.with(params.map((param, index) => [param.name, given[index] ?? null])));
    },
  );
}

/** The values an iterator visits; undefined when its list is none. */
function visited(iterator: Iterator, env: Environment): readonly FeelValue[] | undefined {
  const from = evaluate(iterator.list, env);
  if (iterator.to) return between(from, evaluate(iterator.to, env));
  if (from instanceof FeelRange) return rangeValues(from);
  if (from === null) return undefined;
  return isList(from) ? from : [from];
}

function rangeValues(of: FeelRange): readonly FeelValue[] | undefined {
  if (of.low === undefined || of.high === undefined) return undefined;
  const all = between(of.low, of.high);
  return all?.slice(of.lowClosed ? 0 : 1, of.highClosed ? undefined : -1);
}

function between(from: FeelValue, to: FeelValue): FeelValue[] | undefined {
  if (from instanceof FeelDate && to instanceof FeelDate)
    return between(from.epochDay, to.epochDay)?.map((day) => FeelDate.ofEpochDay(day as number));
  if (typeof from !== 'number' || typeof to !== 'number' || !Number.isInteger(from) || !Number.isInteger(to)) return undefined;
  const size = Math.abs(to - from) + 1;
  if (size > longestIteration) return undefined;
  const step = to < from ? -1 : 1;
  return Array.from({ length: size }, (_, index) => from + index * step);
}

function iterate(tree: Extract<Tree, { kind: 'for' }>, env: Environment): FeelValue {
  const results: FeelValue[] = [];
  const complete = eachBinding(tree.iterators, env, (inner) => {
    results.push(evaluate(tree.body, inner.with([['partial', [...results]]])));
    return results.length <= longestIteration;
  });
  return complete ? results : null;
}

/** Visits every combination; false when a list is none or the visitor stops. */
function eachBinding(iterators: readonly Iterator[], env: Environment, visit: (env: Environment) => boolean): boolean {
  const [first, ...rest] = iterators;
  if (!first) return visit(env);
  const values = visited(first, env);
  return values !== undefined && values.every((value) => eachBinding(rest, env.with([[first.name, value]]), visit));
}

function quantify(tree: Extract<Tree, { kind: 'quantified' }>, env: Environment): FeelValue {
  const answers: FeelValue[] = [];
  const complete = eachBinding(tree.iterators, env, (inner) => {
    answers.push(evaluate(tree.body, inner));
    return true;
  });
  if (!complete) return null;
  if (!answers.every((answer) => answer === null || typeof answer === 'boolean')) return null;
  const decisive = !tree.every;
  if (answers.includes(decisive)) return decisive;
  return answers.every((answer) => answer === !decisive) ? !decisive : null;
}

function filter(tree: Extract<Tree, { kind: 'filter' }>, env: Environment): FeelValue {
  const source = evaluate(tree.list, env);
  const list = source === null ? [] : isList(source) ? source : [source];
  if (list.length === 0) return typeof evaluate(tree.test, env) === 'number' || source === null ? null : [];
  const kept: FeelValue[] = [];
  for (const item of list) {
    const names: [string, FeelValue][] = isContext(item) ? Object.entries(item).map(([name, value]) => [name, value]) : [];
    const inner = env.with([['item', item], ...names]);
    const answer = evaluate(tree.test, inner);
    if (typeof answer === 'number') return list.at(answer > 0 ? answer - 1 : answer === 0 ? list.length : answer) ?? null;
    if (answer === true) kept.push(item);
    else if (answer !== false && answer !== null) return null;
  }
  return kept;
}

function tableValue(tree: Extract<Tree, { kind: 'table' }>, env: Environment): FeelValue {
  const hit: TableHit = tabulate(tree, env, { evaluate, holds });
  env.interpreter.watch?.(tree, hit);
  return hit.value;
}
