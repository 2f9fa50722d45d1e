/** FEEL over the loosely typed variables of a case. Read once; a name that has no value is null. */
import { Environment } from '#core/feel/environment.ts';
import { DmnError } from '#core/feel/error.ts';
import { evaluate } from '#core/feel/interpret.ts';
import { builtinNamed } from '#core/feel/builtins/index.ts';
import { parseExpression, type FeelValue, type Tree } from '#core/feel/index.ts';
import { show } from '#core/feel/values/show.ts';
import { parseTemporal } from '#core/feel/values/parse-temporal.ts';
import { DaysDuration, FeelDate, FeelDateTime, isContext, isList, MonthsDuration } from '#core/feel/values/value.ts';
import type { Json, Variables } from './definition.ts';

export interface Expression {
  /** Names it reads that are neither its own nor FEEL's. */
  readonly reads: readonly string[];
  evaluate(variables: Variables): FeelValue;
}

export interface FeelFault {
  readonly zh: string;
  readonly en: string;
}

/** Characters of one expression. */
export const longestExpression = 2000;

const interpreter = { typeOf: () => undefined };

/** @throws DmnError when the text cannot be read. */
export function compileFeel(text: string): Expression {
  const tree = parseExpression(bare(text));
  return {
    reads: namesRead(tree),
    evaluate: (variables) => {
      const env = new Environment(interpreter);
      for (const [name, value] of Object.entries(variables)) env.set(name, value);
      return evaluate(tree, env);
    },
  };
}

/** Editors write FEEL behind `=`. */
function bare(text: string): string {
  return text.trim().replace(/^=/, '').trim();
}

/** Why an expression cannot be used; undefined when it can. */
export function feelFault(text: string): FeelFault | undefined {
  if (text.length > longestExpression) {
    return { zh: `表达式超过 ${longestExpression} 个字符`, en: `the expression is longer than ${longestExpression} characters` };
  }
  try {
    return unbounded(parseExpression(bare(text)));
  } catch (error) {
    if (error instanceof DmnError) return { zh: error.zh, en: error.en };
    throw error;
  }
}

/** Work in a step must be bounded: no functions of one's own, and iteration over lists, not over ranges. */
function unbounded(tree: Tree): FeelFault | undefined {
  let found: FeelFault | undefined;
  walk(tree, (part) => {
    if (part.kind === 'function') found ??= { zh: '条件中不得定义函数', en: 'a condition must not define functions' };
    if (part.kind === 'name' && (part.name === 'today' || part.name === 'now')) {
      found ??= { zh: '条件不得读取时钟，请把日期作为变量', en: 'a condition must not read the clock, give the day as a variable' };
    }
    if (part.kind !== 'for' && part.kind !== 'quantified') return;
    if (part.iterators.length > 1 || part.iterators.some((iterator) => iterator.to !== undefined || iterator.list.kind === 'range')) {
      found ??= { zh: '只能逐项遍历一个列表', en: 'only one list can be walked, item by item' };
    }
  });
  return found;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && 'kind' in value && 'at' in value;
}

/** Visits a tree and all inside it; a part keeps its children as fields, in lists, or in small records without a kind. */
function walk(value: unknown, visit: (tree: Tree) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (isTree(value)) visit(value);
  for (const [key, part] of Object.entries(value)) if (key !== 'at') walk(part, visit);
}

function namesRead(tree: Tree): string[] {
  const own = new Set(['item', 'partial', '?']);
  const read = new Set<string>();
  walk(tree, (part) => {
    if (part.kind === 'name') read.add(part.name);
    if (part.kind === 'for' || part.kind === 'quantified') for (const iterator of part.iterators) own.add(iterator.name);
    if (part.kind === 'context') for (const entry of part.entries) own.add(entry.name);
    // the members of what is filtered are names inside the filter, and nothing says which there are
    if (part.kind === 'filter') walk(part.test, (inner) => inner.kind === 'name' && own.add(inner.name));
  });
  return [...read].filter((name) => !own.has(name) && !builtinNamed(name));
}

/** A FEEL value as it is kept in a case; what JSON does not have becomes the text FEEL reads it from. */
export function toJson(value: FeelValue): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  if (isList(value)) return value.map(toJson);
  if (isContext(value)) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toJson(each)]));
  return show(value);
}

export type Moment = { readonly after: string } | { readonly due: string };

/** What a text or a value says about when: a duration, or a point in time. */
export function momentOf(value: FeelValue): Moment | undefined {
  const read = typeof value === 'string' ? parseTemporal(value) : value;
  if (read instanceof DaysDuration || read instanceof MonthsDuration) return { after: read.toString() };
  if (read instanceof FeelDateTime || read instanceof FeelDate) return { due: read.toString() };
  return undefined;
}
