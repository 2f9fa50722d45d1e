/** The test format of the DMN Technology Compatibility Kit: reads a file of cases, runs them, compares. */
import type { FeelContext, FeelValue } from '#core/feel/values/value.ts';
import { equal } from '#core/feel/values/compare.ts';
import { parseDateTime, parseDate, parseDuration, parseTime } from '#core/feel/values/parse-temporal.ts';
import { isContext, isList } from '#core/feel/values/value.ts';
import { interpretDmn } from './interpret.ts';
import type { DmnModel } from './model.ts';
import { child, childrenNamed, parseXml, type Element } from './xml.ts';

export type CaseStatus = 'passed' | 'failed' | 'error';

export interface CaseResult {
  readonly id: string;
  readonly status: CaseStatus;
  /** What went wrong, empty when it passed. */
  readonly detail: string;
}

export interface TestFile {
  readonly name: string;
  readonly modelName: string;
  readonly cases: readonly Element[];
}

export function readTestFile(xml: string, file: string): TestFile {
  const root = parseXml(xml, file);
  return { name: file, modelName: child(root, 'modelName')?.text.trim() ?? '', cases: childrenNamed(root, 'testCase') };
}

/** Runs every case of one file; one result a case, passed when all its result nodes agree. */
export function runTestFile(test: TestFile, model: DmnModel): CaseResult[] {
  return test.cases.map((testCase) => runCase(testCase, test.name, model));
}

function runCase(testCase: Element, file: string, model: DmnModel): CaseResult {
  const id = `${file.replace(/\.xml$/, '')}#${testCase.attributes['id'] ?? ''}`;
  try {
    const differences = childrenNamed(testCase, 'resultNode').flatMap((node) => differenceOf(node, testCase, model));
    return { id, status: differences.length === 0 ? 'passed' : 'failed', detail: differences.join('; ') };
  } catch (error) {
    return { id, status: 'error', detail: error instanceof Error ? error.message : String(error) };
  }
}

function differenceOf(node: Element, testCase: Element, model: DmnModel): string[] {
  const expected = child(node, 'expected');
  const wanted = expected ? readValue(expected) : null;
  const expectsError = node.attributes['errorResult'] === 'true';
  let found: FeelValue;
  try {
    found = resultOf(node, testCase, model);
  } catch (error) {
    if (expectsError && error instanceof Error && error.name === 'DecisionError') return [];
    throw error;
  }
  return alike(found, wanted) ? [] : [`${node.attributes['name'] ?? ''}: ${JSON.stringify(found)} ≠ ${JSON.stringify(wanted)}`];
}

function resultOf(node: Element, testCase: Element, model: DmnModel): FeelValue {
  const input: Record<string, FeelValue> = {};
  for (const each of childrenNamed(testCase, 'inputNode')) put(input, each, model);
  const interpreted = interpretDmn(model);
  const name = node.attributes['name'] ?? '';
  const invocable = testCase.attributes['invocableName'];
  if (testCase.attributes['type'] === 'decisionService' && invocable !== undefined) {
    const value = interpreted.service(invocable, input);
    return isContext(value) && name in value ? (value[name] ?? null) : value;
  }
  if (testCase.attributes['type'] === 'bkm' && invocable !== undefined) return interpreted.function(invocable, input);
  return interpreted.decision(name, input);
}

/** An input of an imported model stands under the import's name. */
function put(input: Record<string, FeelValue>, node: Element, model: DmnModel): void {
  const name = node.attributes['name'] ?? '';
  const namespace = node.attributes['namespace'];
  const value = readValue(node);
  if (namespace === undefined || namespace === model.namespace) {
    input[name] = value;
    return;
  }
  for (const [prefix, imported] of model.imports) {
    if (imported.namespace !== namespace) continue;
    const inside = input[prefix];
    input[prefix] = { ...(isContext(inside) ? inside : {}), [name]: value } satisfies FeelContext;
    return;
  }
  input[name] = value; // of a model imported by an imported one
}

function readValue(element: Element): FeelValue {
  const list = child(element, 'list');
  if (list) return isNil(list) ? null : childrenNamed(list, 'item').map(readValue);
  const components = childrenNamed(element, 'component');
  if (components.length > 0)
    return Object.fromEntries(components.map((each) => [each.attributes['name'] ?? '', isNil(each) ? null : readValue(each)]));
  const value = child(element, 'value');
  return value && !isNil(value) ? scalar(value) : null;
}

function isNil(element: Element): boolean {
  return element.attributes['xsi:nil'] === 'true';
}

function scalar(element: Element): FeelValue {
  const type = (element.attributes['xsi:type'] ?? 'string').replace(/^.*:/, '');
  const text = type === 'string' ? element.text : element.text.trim();
  switch (type) {
    case 'decimal':
    case 'double':
    case 'integer':
    case 'int':
    case 'long':
    case 'float':
      return Number(text);
    case 'boolean':
      return text === 'true' || text === '1';
    case 'date':
      return parseDate(text) ?? null;
    case 'time':
      return parseTime(text) ?? null;
    case 'dateTime':
      return parseDateTime(text) ?? null;
    case 'duration':
    case 'dayTimeDuration':
    case 'yearMonthDuration':
      return parseDuration(text) ?? null;
    default:
      return text;
  }
}

/** Relative tolerance of numbers: the kit's expectations are decimals of up to 34 digits, ours are doubles of about 16. */
const tolerance = 1e-8;

function alike(found: FeelValue, wanted: FeelValue): boolean {
  if (typeof found === 'number' && typeof wanted === 'number') return Math.abs(found - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
  if (isList(found) && isList(wanted))
    return found.length === wanted.length && found.every((item, index) => alike(item, wanted[index] ?? null));
  if (isContext(found) && isContext(wanted)) {
    const names = Object.keys(wanted);
    return (
      names.length === Object.keys(found).length && names.every((name) => name in found && alike(found[name] ?? null, wanted[name] ?? null))
    );
  }
  return equal(found, wanted) === true;
}
