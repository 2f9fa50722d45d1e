/**
 * FEEL text → source tree, over the grammar of lezer-feel, which the editor of dmn-js uses as well. Names with spaces are read against
 * the declared names, never against run-time values.
 */
import type { SyntaxNode, Tree as LezerTree } from '@lezer/common';
import { parser, trackVariables } from 'lezer-feel';
import { refusal } from '../error.ts';
import type { Names } from './names.ts';
import { plainSource, type Source, type Span } from './source.ts';
import { unescapeString } from './strings.ts';
import type { Argument, ArithmeticOperator, CompareOperator, Entry, Iterator, Parameter, TestsTree, Tree, TypeTree } from './tree.ts';

type Grammar = 'Expression' | 'UnaryTests';

/** Reads one scope's texts; keeps the configured grammar, since configuring costs more than parsing a cell. */
export interface Reader {
  expression(source: Source): Tree;
  tests(source: Source): TestsTree;
}

export function readerFor(names: Names): Reader {
  const contextTracker = trackVariables(names);
  const expressions = parser.configure({ top: 'Expression', contextTracker });
  const unary = parser.configure({ top: 'UnaryTests', contextTracker });
  return {
    expression: (source) => readTop(expressions.parse(source.text), source, 'Expression'),
    tests: (source) => {
      const tree = readTop(unary.parse(source.text), source, 'UnaryTests');
      if (tree.kind !== 'tests') throw new Error('unary tests parse to tests');
      return tree;
    },
  };
}

export function parseExpression(text: string, names: Names = {}): Tree {
  return readerFor(names).expression(plainSource(text));
}

export function parseTests(text: string, names: Names = {}): TestsTree {
  return readerFor(names).tests(plainSource(text));
}

export function parseType(source: Source): TypeTree {
  const text = source.text.trim();
  const probe = plainSource(`null instance of ${text}`, source.file, source.element);
  const tree = readerFor({}).expression({ ...probe, origin: () => source.origin(0) });
  if (tree.kind !== 'instance') throw refusal({ source, from: 0, to: text.length }, '类型写法不对', 'this is not a type');
  return tree.type;
}

function readTop(parsed: LezerTree, source: Source, grammar: Grammar): Tree {
  const wrong = firstError(parsed.topNode);
  if (wrong) {
    const at = { source, from: wrong.from, to: Math.max(wrong.to, wrong.from) };
    const found = source.text.slice(at.from, at.to) || source.text.slice(at.from, at.from + 12);
    throw refusal(at, `表达式写法不对，问题在“${found}”处`, `this expression cannot be read, the trouble starts at "${found}"`);
  }
  const top = parts(parsed.topNode);
  const at = { source, from: 0, to: source.text.length };
  if (grammar === 'UnaryTests') return unaryTests(top, at);
  const only = top[0];
  if (!only) throw refusal(at, '表达式为空', 'the expression is empty');
  return read(only, source);
}

function firstError(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type.isError) return node;
  for (let child = node.firstChild; child; child = child.nextSibling) {
    const found = firstError(child);
    if (found) return found;
  }
  return undefined;
}

/** Children that carry meaning: comments left out. */
function parts(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment' && child.name !== 'BlockComment') found.push(child);
  }
  return found;
}

const punctuation = new Set(['(', ')', '[', ']', '{', '}', '<', '>', ',', '..', '.', '->', ':']);

function meat(node: SyntaxNode): SyntaxNode[] {
  return parts(node).filter((part) => !punctuation.has(part.name));
}

function unaryTests(top: readonly SyntaxNode[], at: Span): TestsTree {
  const negated = top[0]?.name === 'not';
  if (top[0]?.name === 'Wildcard') return { kind: 'tests', any: true, negated: false, items: [], at };
  const list = top.find((part) => part.name === 'PositiveUnaryTests');
  if (!list) throw refusal(at, '条件为空；不限请写“-”', 'the test is empty; write "-" for any');
  return { kind: 'tests', any: false, negated, items: meat(list).map((test) => positiveTest(test, at.source)), at };
}

function positiveTest(node: SyntaxNode, source: Source): Tree {
  return read(firstOf(node, source), source);
}

function firstOf(node: SyntaxNode, source: Source): SyntaxNode {
  const found = meat(node)[0];
  if (!found) throw refusal({ source, from: node.from, to: node.to }, '这里缺少内容', 'something is missing here');
  return found;
}

function read(node: SyntaxNode, source: Source): Tree {
  const at: Span = { source, from: node.from, to: node.to };
  const text = source.text.slice(node.from, node.to);
  const child = (index: number): Tree => {
    const found = meat(node)[index];
    if (!found) throw refusal(at, '表达式不完整', 'the expression is incomplete');
    return read(found, source);
  };
  switch (node.name) {
    case 'NumericLiteral':
      return { kind: 'number', value: Number(text.replace(/\s/g, '')), at };
    case 'StringLiteral':
      return { kind: 'string', value: unescapeString(text.slice(1, -1)), at };
    case 'BooleanLiteral':
      return { kind: 'boolean', value: text === 'true', at };
    case 'null':
      return { kind: 'null', at };
    case '?':
      return { kind: 'name', name: '?', at };
    case 'VariableName':
    case 'SpecialFunctionName':
      return { kind: 'name', name: nameIn(text), at };
    case 'DateTimeLiteral':
      return dateTime(node, source, at);
    case 'ParenthesizedExpression':
      return child(0);
    case 'ArithmeticExpression':
      return arithmetic(node, source, at);
    case 'Comparison':
      return comparison(node, source, at);
    case 'Conjunction':
      return { kind: 'and', left: child(0), right: child(2), at };
    case 'Disjunction':
      return { kind: 'or', left: child(0), right: child(2), at };
    case 'IfExpression':
      return { kind: 'if', test: child(1), consequent: child(3), otherwise: child(5), at };
    case 'ForExpression':
      return { kind: 'for', iterators: iterators(node, source), body: read(last(node), source), at };
    case 'QuantifiedExpression':
      return {
        kind: 'quantified',
        every: text.startsWith('every'),
        iterators: iterators(node, source),
        body: read(last(node), source),
        at,
      };
    case 'FilterExpression':
      return { kind: 'filter', list: child(0), test: child(1), at };
    case 'PathExpression':
      return { kind: 'path', of: child(0), name: nameIn(sliceOf(last(node), source)), at };
    case 'FunctionInvocation':
      return { kind: 'call', callee: child(0), args: callArguments(node, source), at };
    case 'FunctionDefinition':
      return functionDefinition(node, source, at);
    case 'List':
      return { kind: 'list', items: meat(node).map((item) => read(item, source)), at };
    case 'Context':
      return { kind: 'context', entries: meat(node).map((entry) => contextEntry(entry, source)), at };
    case 'SimplePositiveUnaryTest':
      return simpleTest(node, source, at);
    case 'PositiveUnaryTest':
      return child(0);
    case 'Interval':
      return interval(node, source, at);
    case 'InstanceOfExpression':
      return { kind: 'instance', value: child(0), type: typeTree(last(node), source), at };
    default:
      throw refusal(at, `不支持的写法（${node.name}）`, `this construct is not supported (${node.name})`);
  }
}

function last(node: SyntaxNode): SyntaxNode {
  const all = meat(node);
  const found = all[all.length - 1];
  if (!found) throw new Error(`${node.name} has no parts`);
  return found;
}

function sliceOf(node: SyntaxNode, source: Source): string {
  return source.text.slice(node.from, node.to);
}

function nameIn(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function dateTime(node: SyntaxNode, source: Source, at: Span): Tree {
  const inner = firstOf(node, source);
  if (inner.name === 'AtLiteral') {
    const literal = read(firstOf(inner, source), source);
    if (literal.kind !== 'string') throw refusal(at, '@ 后面要写文本', 'text must follow @');
    return { kind: 'temporal', text: literal.value, at };
  }
  const name = nameIn(sliceOf(inner, source));
  const callee: Tree = { kind: 'name', name, at: { source, from: inner.from, to: inner.to } };
  return { kind: 'call', callee, args: callArguments(node, source), at };
}

function arithmetic(node: SyntaxNode, source: Source, at: Span): Tree {
  const [first, second, third] = meat(node);
  if (!first || !second) throw refusal(at, '算式不完整', 'the arithmetic is incomplete');
  if (first.name === 'ArithOp') return { kind: 'negate', of: read(second, source), at };
  if (!third) throw refusal(at, '算式不完整', 'the arithmetic is incomplete');
  const operator = sliceOf(second, source) as ArithmeticOperator;
  return { kind: 'arithmetic', operator, left: read(first, source), right: read(third, source), at };
}

function comparison(node: SyntaxNode, source: Source, at: Span): Tree {
  const [left, operator, ...rest] = meat(node);
  if (!left || !operator || !rest[0]) throw refusal(at, '比较不完整', 'the comparison is incomplete');
  const value = read(left, source);
  if (operator.name === 'between') {
    const high = rest[2];
    if (!high) throw refusal(at, 'between 缺少上限', 'between lacks its upper limit');
    return { kind: 'between', value, low: read(rest[0], source), high: read(high, source), at };
  }
  if (operator.name === 'in') {
    const tests = rest[0].name === 'PositiveUnaryTests' ? meat(rest[0]) : [rest[0]];
    return { kind: 'in', value, tests: tests.map((test) => read(test, source)), at };
  }
  return { kind: 'compare', operator: sliceOf(operator, source) as CompareOperator, left: value, right: read(rest[0], source), at };
}

function iterators(node: SyntaxNode, source: Source): Iterator[] {
  const list = meat(node).find((part) => part.name === 'InExpressions');
  if (!list) throw refusal({ source, from: node.from, to: node.to }, '循环缺少范围', 'the iteration lacks its list');
  return meat(list).map((part) => {
    const [name, , range] = meat(part);
    if (!name || !range) throw refusal({ source, from: part.from, to: part.to }, '循环不完整', 'the iteration is incomplete');
    const [from, to] = meat(range);
    if (!from) throw refusal({ source, from: part.from, to: part.to }, '循环不完整', 'the iteration is incomplete');
    const visited = read(from, source);
    return to
      ? { name: nameIn(sliceOf(name, source)), list: visited, to: read(to, source) }
      : { name: nameIn(sliceOf(name, source)), list: visited };
  });
}

function callArguments(node: SyntaxNode, source: Source): Argument[] {
  const list = meat(node).find((part) => part.name === 'PositionalParameters' || part.name === 'NamedParameters');
  if (!list) return [];
  if (list.name === 'PositionalParameters') return meat(list).map((part) => ({ value: read(part, source) }));
  return meat(list).map((part) => {
    const [name, value] = meat(part);
    if (!name || !value) throw refusal({ source, from: part.from, to: part.to }, '参数不完整', 'the argument is incomplete');
    return { name: nameIn(sliceOf(name, source)), value: read(value, source) };
  });
}

function functionDefinition(node: SyntaxNode, source: Source, at: Span): Tree {
  const all = meat(node);
  const params = all.find((part) => part.name === 'FormalParameters');
  const body = all.find((part) => part.name === 'FunctionBody');
  if (!body) throw refusal(at, '函数缺少正文', 'the function lacks a body');
  const external = all.some((part) => part.name === 'external');
  return {
    kind: 'function',
    params: params ? meat(params).map((part) => parameter(part, source)) : [],
    body: read(firstOf(body, source), source),
    external,
    at,
  };
}

function parameter(node: SyntaxNode, source: Source): Parameter {
  const [name, type] = meat(node);
  const text = nameIn(sliceOf(name ?? node, source));
  return type ? { name: text, type: typeTree(type, source) } : { name: text };
}

function contextEntry(node: SyntaxNode, source: Source): Entry {
  const [key, value] = meat(node);
  const at = { source, from: node.from, to: node.to };
  if (!key || !value) throw refusal(at, '缺少键或值', 'a key or a value is missing');
  const text = sliceOf(key, source).trim();
  return { name: text.startsWith('"') ? unescapeString(text.slice(1, -1)) : nameIn(text), value: read(value, source), at };
}

function simpleTest(node: SyntaxNode, source: Source, at: Span): Tree {
  const [first, second] = meat(node);
  if (first?.name === 'Interval') return interval(first, source, at);
  if (first?.name !== 'CompareOp' || !second) return read(firstOf(node, source), source);
  const operator = sliceOf(first, source) as CompareOperator;
  const end = read(second, source);
  const open = { kind: 'range', low: undefined, high: undefined, lowClosed: false, highClosed: false, at } as const;
  switch (operator) {
    case '<':
      return { ...open, high: end };
    case '<=':
      return { ...open, high: end, highClosed: true };
    case '>':
      return { ...open, low: end };
    case '>=':
      return { ...open, low: end, lowClosed: true };
    case '=':
      return { ...open, low: end, high: end, lowClosed: true, highClosed: true, equality: '=' };
    case '!=':
      return { ...open, low: end, high: end, equality: '!=' };
  }
}

function interval(node: SyntaxNode, source: Source, at: Span): Tree {
  const all = parts(node);
  const [low, high] = meat(node);
  if (!low || !high) throw refusal(at, '区间缺少端点', 'the interval lacks an end');
  return {
    kind: 'range',
    low: read(low, source),
    high: read(high, source),
    lowClosed: all[0]?.name === '[',
    highClosed: all[all.length - 1]?.name === ']',
    at,
  };
}

function typeTree(node: SyntaxNode, source: Source): TypeTree {
  const at = { source, from: node.from, to: node.to };
  const inner = node.name === 'Type' ? firstOf(node, source) : node;
  const text = nameIn(sliceOf(inner, source));
  const types = (of: SyntaxNode): TypeTree[] =>
    meat(of)
      .filter((part) => part.name === 'Type')
      .map((part) => typeTree(part, source));
  switch (inner.name) {
    case 'ListType':
      return { name: 'list', text, of: types(inner), entries: [], at };
    case 'RangeType':
      return { name: 'range', text, of: types(inner), entries: [], at };
    case 'ContextType':
      return { name: 'context', text, of: [], entries: typedEntries(inner, source), at };
    case 'FunctionType': {
      const args = meat(inner).find((part) => part.name === 'ArgumentTypes');
      return { name: 'function', text, of: [...(args ? meat(args).flatMap(types) : []), ...types(inner)], entries: [], at };
    }
    default:
      return { name: 'named', text, of: [], entries: [], at };
  }
}

function typedEntries(node: SyntaxNode, source: Source): { name: string; type: TypeTree }[] {
  const list = meat(node).find((part) => part.name === 'ContextEntryTypes');
  if (!list) return [];
  return meat(list).map((part) => {
    const [name, type] = meat(part);
    if (!name || !type) throw refusal({ source, from: part.from, to: part.to }, '类型不完整', 'the type is incomplete');
    return { name: nameIn(sliceOf(name, source)), type: typeTree(type, source) };
  });
}
