import type { HitPolicy, TableInput, TableOutput, TableRule, TestsTree, Tree } from '#core/feel/syntax/tree.ts';
import { readerOf, readType, spanOf, withNames, type BoxedScope } from './scope.ts';
import { itemTypeOf } from './item-types.ts';
import { child, childrenNamed, refuseElement, sourceOf, type Element } from './xml.ts';

const policies: Readonly<Record<string, HitPolicy>> = {
  UNIQUE: 'U',
  ANY: 'A',
  PRIORITY: 'P',
  FIRST: 'F',
  'RULE ORDER': 'R',
  'OUTPUT ORDER': 'O',
  COLLECT: 'C',
};
const aggregations: Readonly<Record<string, HitPolicy>> = { SUM: 'C+', MIN: 'C<', MAX: 'C>', COUNT: 'C#' };

const known = new Set(['description', 'extensionElements', 'input', 'output', 'annotation', 'rule']);

export function readTable(element: Element, label: string, scope: BoxedScope): Tree {
  for (const each of element.children) {
    if (each.namespace === element.namespace && !known.has(each.name))
      throw refuseElement(each, label, `不认识的元素 <${each.name}>`, `unknown element <${each.name}>`);
  }
  const outputs = childrenNamed(element, 'output');
  const inputs = childrenNamed(element, 'input').map((input, index) => readInput(input, `${label} › input ${index + 1}`, scope));
  const annotations = childrenNamed(element, 'annotation').map((each, index) => each.attributes['name'] ?? `${index + 1}`);
  if (outputs.length === 0) throw refuseElement(element, label, '决策表缺少输出列', 'the decision table lacks an output');
  return {
    kind: 'table',
    name: label,
    policy: policyOf(element, label),
    inputs,
    outputs: outputs.map((output, index) => readOutput(output, outputs.length, `${label} › output ${index + 1}`, scope)),
    rules: childrenNamed(element, 'rule').map((rule, index) =>
      readRule(rule, index, inputs.length, outputs.length, annotations, label, scope),
    ),
    at: spanOf(element, label),
  };
}

function policyOf(element: Element, label: string): HitPolicy {
  const written = element.attributes['hitPolicy'] ?? 'UNIQUE';
  const policy = policies[written];
  if (!policy) throw refuseElement(element, label, `不认识的命中策略 ${written}`, `unknown hit policy ${written}`);
  const aggregation = element.attributes['aggregation'];
  if (policy !== 'C' || aggregation === undefined || aggregation === '') return policy;
  const found = aggregations[aggregation];
  if (!found) throw refuseElement(element, label, `不认识的汇总方式 ${aggregation}`, `unknown aggregation ${aggregation}`);
  return found;
}

function readInput(element: Element, label: string, scope: BoxedScope): TableInput {
  const expression = child(element, 'inputExpression');
  const text = expression && child(expression, 'text');
  if (!text || text.text.trim() === '') throw refuseElement(element, label, '输入列缺少表达式', 'the input column lacks an expression');
  return {
    expression: readerOf(scope).expression(sourceOf(text, label)),
    label: element.attributes['label'] ?? text.text.trim(),
    values: valuesOf(element, 'inputValues', label, scope) ?? itemTypeOf(expression.attributes['typeRef'], scope.types)?.allowed,
    type: readType(expression.attributes['typeRef'], label),
  };
}

function readOutput(element: Element, count: number, label: string, scope: BoxedScope): TableOutput {
  const name = element.attributes['name'];
  if (count > 1 && !name) throw refuseElement(element, label, '多个输出列时每列都要有名称', 'each of several outputs needs a name');
  const otherwise = child(child(element, 'defaultOutputEntry') ?? element, 'text');
  return {
    name: count > 1 ? name : undefined,
    values: valuesOf(element, 'outputValues', label, scope) ?? itemTypeOf(element.attributes['typeRef'], scope.types)?.allowed,
    otherwise: otherwise && otherwise.text.trim() !== '' ? readerOf(scope).expression(sourceOf(otherwise, label)) : undefined,
    type: readType(element.attributes['typeRef'], label),
  };
}

function valuesOf(element: Element, name: string, label: string, scope: BoxedScope): TestsTree | undefined {
  const values = child(element, name);
  const text = values && child(values, 'text');
  if (!text || text.text.trim() === '' || text.text.trim() === '-') return undefined;
  return readerOf(scope).tests(sourceOf(text, `${label} › ${name}`));
}

function readRule(
  element: Element,
  index: number,
  inputs: number,
  outputs: number,
  annotationNames: readonly string[],
  label: string,
  scope: BoxedScope,
): TableRule {
  const id = element.attributes['id'] ?? `${index + 1}`;
  const tests = childrenNamed(element, 'inputEntry');
  const results = childrenNamed(element, 'outputEntry');
  if (tests.length !== inputs || results.length !== outputs) {
    throw refuseElement(
      element,
      `${label} › rule ${index + 1}`,
      `规则有 ${tests.length} 个条件、${results.length} 个输出，应为 ${inputs} 个、${outputs} 个`,
      `the rule has ${tests.length} tests and ${results.length} outputs, ${inputs} and ${outputs} are needed`,
    );
  }
  const cells = scope.names.has('?') ? scope : cellScope(scope);
  const annotations = childrenNamed(element, 'annotationEntry').map(
    (each, at) => [annotationNames[at] ?? `${at + 1}`, child(each, 'text')?.text.trim() ?? ''] as const,
  );
  return {
    id,
    tests: tests.map((entry, at) => readTest(entry, `${label} › rule ${index + 1} › input ${at + 1}`, cells)),
    outputs: results.map((entry, at) => readResult(entry, `${label} › rule ${index + 1} › output ${at + 1}`, scope)),
    annotations: Object.fromEntries(annotations),
    at: spanOf(element, `${label} › rule ${index + 1}`),
  };
}

const cellScopes = new WeakMap<BoxedScope, BoxedScope>();

function cellScope(scope: BoxedScope): BoxedScope {
  const seen = cellScopes.get(scope);
  if (seen) return seen;
  const made = withNames(scope, [['?', 1]]);
  cellScopes.set(scope, made);
  return made;
}

/** An empty condition means any value, as editors write it. */
function readTest(element: Element, label: string, scope: BoxedScope): TestsTree {
  const text = child(element, 'text');
  if (!text || text.text.trim() === '') return { kind: 'tests', any: true, negated: false, items: [], at: spanOf(element, label) };
  return readerOf(scope).tests(sourceOf(text, label));
}

/** An empty result means null. */
function readResult(element: Element, label: string, scope: BoxedScope): Tree {
  const text = child(element, 'text');
  if (!text || text.text.trim() === '') return { kind: 'null', at: spanOf(element, label) };
  return readerOf(scope).expression(sourceOf(text, label));
}
