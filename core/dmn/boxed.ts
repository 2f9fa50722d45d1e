/** Boxed expressions of DMN → FEEL source tree, so that everything after this knows one language only. */
import type { Argument, Entry, Parameter, Tree } from '#core/feel/syntax/tree.ts';
import { namesIn } from '#core/feel/types.ts';
import { typeOfRef } from './item-types.ts';
import { readerOf, readType, spanOf, withNames, type BoxedScope } from './scope.ts';
import { shapeOf } from './shape.ts';
import { readTable } from './table.ts';
import { child, childrenNamed, refuseElement, sourceOf, type Element } from './xml.ts';

export function readBoxed(element: Element, label: string, scope: BoxedScope): Tree {
  switch (element.name) {
    case 'literalExpression':
      return literal(element, label, scope);
    case 'decisionTable':
      return readTable(element, label, scope);
    case 'context':
      return context(element, label, scope);
    case 'list':
      return {
        kind: 'list',
        items: boxedIn(element).map((item, index) => readBoxed(item, `${label} › ${index + 1}`, scope)),
        at: spanOf(element, label),
      };
    case 'relation':
      return relation(element, label, scope);
    case 'invocation':
      return invocation(element, label, scope);
    case 'functionDefinition':
      return functionDefinition(element, label, scope);
    case 'conditional':
      return {
        kind: 'if',
        test: part(element, 'if', label, scope),
        consequent: part(element, 'then', label, scope),
        otherwise: part(element, 'else', label, scope),
        boxed: true,
        at: spanOf(element, label),
      };
    case 'for':
    case 'some':
    case 'every':
      return iteration(element, label, scope);
    case 'filter': {
      const list = part(element, 'in', label, scope);
      const shape = shapeOf(undefined, list);
      const inner = withNames(scope, [['item', shape], ...(shape === 1 ? [] : Object.entries(shape))]);
      return { kind: 'filter', list, test: part(element, 'match', label, inner), at: spanOf(element, label) };
    }
    default:
      throw refuseElement(element, label, `不支持的表达式 <${element.name}>`, `the expression <${element.name}> is not supported`);
  }
}

export function readParameters(element: Element, label: string, _scope: BoxedScope): Parameter[] {
  return childrenNamed(element, 'formalParameter').map((each) => {
    const name = each.attributes['name'];
    if (!name) throw refuseElement(each, label, '参数缺少名称', 'a parameter lacks its name');
    const type = readType(each.attributes['typeRef'], label);
    return type ? { name, type } : { name };
  });
}

function boxedIn(element: Element): Element[] {
  return element.children.filter(
    (each) => each.namespace === element.namespace && !['description', 'extensionElements', 'variable', 'typeRef'].includes(each.name),
  );
}

function only(element: Element, label: string): Element {
  const found = boxedIn(element);
  if (found.length !== 1 || !found[0])
    throw refuseElement(element, label, `<${element.name}> 里应有一个表达式`, `<${element.name}> must hold one expression`);
  return found[0];
}

function part(element: Element, name: string, label: string, scope: BoxedScope): Tree {
  const found = child(element, name);
  if (!found) throw refuseElement(element, label, `缺少 <${name}>`, `<${name}> is missing`);
  return readBoxed(only(found, label), `${label} › ${name}`, scope);
}

function literal(element: Element, label: string, scope: BoxedScope): Tree {
  const language = element.attributes['expressionLanguage'];
  if (language !== undefined && !/FEEL/i.test(language))
    throw refuseElement(element, label, `不支持的表达式语言 ${language}`, `the expression language ${language} is not supported`);
  const text = child(element, 'text');
  if (!text || text.text.trim() === '') throw refuseElement(element, label, '表达式为空', 'the expression is empty');
  return readerOf(scope).expression(sourceOf(text, label));
}

function context(element: Element, label: string, scope: BoxedScope): Tree {
  const entries: Entry[] = [];
  let inner = scope;
  let result: Tree | undefined;
  for (const each of childrenNamed(element, 'contextEntry')) {
    const variable = child(each, 'variable');
    const name = variable?.attributes['name']?.replace(/\s+/g, ' ').trim();
    const value = readBoxed(only(each, label), name ? `${label} › ${name}` : label, inner);
    if (!name) {
      result = value;
      continue;
    }
    const type = readType(variable?.attributes['typeRef'], label);
    const declared = variable && type ? typeOfRef(variable.attributes['typeRef'], scope.types, variable) : undefined;
    entries.push({ name, value, ...(type && { type }), at: spanOf(each, label) });
    inner = withNames(inner, [[name, shapeOf(declared, value)]]);
  }
  return { kind: 'context', entries, ...(result && { result }), at: spanOf(element, label) };
}

function relation(element: Element, label: string, scope: BoxedScope): Tree {
  const columns = childrenNamed(element, 'column').map((each) => each.attributes['name'] ?? '');
  const items = childrenNamed(element, 'row').map((row, index): Tree => {
    const entries = boxedIn(row).map((cell, column): Entry => {
      const name = columns[column] ?? '';
      return { name, value: readBoxed(cell, `${label} › ${index + 1} › ${name}`, scope), at: spanOf(cell, label) };
    });
    return { kind: 'context', entries, at: spanOf(row, label) };
  });
  return { kind: 'list', items, at: spanOf(element, label) };
}

function invocation(element: Element, label: string, scope: BoxedScope): Tree {
  const [callee] = boxedIn(element).filter((each) => each.name !== 'binding');
  if (!callee) throw refuseElement(element, label, '调用缺少函数', 'the invocation lacks its function');
  const args = childrenNamed(element, 'binding').map((binding): Argument => {
    const name = child(binding, 'parameter')?.attributes['name'] ?? '';
    const value = boxedIn(binding).find((each) => each.name !== 'parameter');
    if (!value) return { name, value: { kind: 'null', at: spanOf(binding, label) } };
    return { name, value: readBoxed(value, `${label} › ${name}`, scope) };
  });
  return { kind: 'call', callee: readBoxed(callee, label, scope), args, at: spanOf(element, label) };
}

function functionDefinition(element: Element, label: string, scope: BoxedScope): Tree {
  const params = readParameters(element, label, scope);
  const shapes = childrenNamed(element, 'formalParameter').map(
    (each) => [each.attributes['name'] ?? '', namesIn(typeOfRef(each.attributes['typeRef'], scope.types, each))] as const,
  );
  const body = boxedIn(element).find((each) => each.name !== 'formalParameter');
  if (!body) throw refuseElement(element, label, '函数缺少正文', 'the function lacks a body');
  const external = (element.attributes['kind'] ?? 'FEEL') !== 'FEEL';
  return { kind: 'function', params, body: readBoxed(body, label, withNames(scope, shapes)), external, at: spanOf(element, label) };
}

function iteration(element: Element, label: string, scope: BoxedScope): Tree {
  const name = element.attributes['iteratorVariable'];
  if (!name) throw refuseElement(element, label, '循环缺少变量名', 'the iteration lacks its variable');
  const list = part(element, 'in', label, scope);
  const inner = withNames(scope, [
    [name, shapeOf(undefined, list)],
    ['partial', 1],
  ]);
  const at = spanOf(element, label);
  const range =
    list.kind === 'range' && list.low && list.high && list.lowClosed && list.highClosed
      ? { name, list: list.low, to: list.high }
      : { name, list };
  if (element.name === 'for') return { kind: 'for', iterators: [range], body: part(element, 'return', label, inner), at };
  return { kind: 'quantified', every: element.name === 'every', iterators: [range], body: part(element, 'satisfies', label, inner), at };
}
