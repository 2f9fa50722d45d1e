/**
 * Nothing is in the profile without a property: every builtin, operator, property, kind of expression, comparison, hit policy and step of the
 * program occurs among the constructs that differential.test.ts runs through all engines. Adding one without a construct fails here.
 */
import { describe, expect, test } from 'vitest';
import { builtins } from '#core/feel/builtins/index.ts';
import { negation, operators, wholePowers } from '#core/feel/builtins/operators.ts';
import { properties } from '#core/feel/builtins/properties.ts';
import { isStructural, isUnsupported, type CompiledForm } from '#core/feel/builtins/record.ts';
import { partsOf, type Ir } from '#core/feel/ir.ts';
import { canonicalName } from '#core/feel/syntax/names.ts';
import type { CompareOperator, HitPolicy, Tree } from '#core/feel/syntax/tree.ts';
import { typeText } from '#core/feel/types.ts';
import { compileDmn, parseDmn } from './index.ts';
import { constructModel } from './testing/constructs.ts';
import { nodesOf } from './testing/literals.ts';

const model = parseDmn(constructModel, { file: 'constructs.dmn' });
const { program } = compileDmn(model);
const nodes = model.decisions.flatMap((decision) => [...nodesOf(decision.expression)]);
const ofKind = <Kind extends Tree['kind']>(kind: Kind): Extract<Tree, { kind: Kind }>[] =>
  nodes.filter((node): node is Extract<Tree, { kind: Kind }> => node.kind === kind);

function* stepsOf(ir: Ir): Generator<Ir> {
  yield ir;
  for (const part of partsOf(ir)) yield* stepsOf(part);
}
const steps = [...program.steps.map((step) => step.ir), ...program.results.values()].flatMap((ir) => [...stepsOf(ir)]);

const keyOf = (name: string, { takes }: Pick<CompiledForm, 'takes'>): string => `${name}(${takes.map(typeText).join(', ')})`;
const called = new Set(steps.flatMap((step) => (step.op === 'call' ? [keyOf(step.name, step.form)] : [])));

describe('each typed form', () => {
  const forms = [
    ...builtins.flatMap(({ name, compiled }) =>
      isUnsupported(compiled) || isStructural(compiled) ? [] : compiled.map((form) => keyOf(name, form)),
    ),
    ...Object.entries(operators).flatMap(([name, own]) => own.map((form) => keyOf(name, form))),
    ...negation.map((form) => keyOf('-', form)),
    ...Object.entries(properties).flatMap(([name, own]) => own.map((form) => keyOf(name, form))),
    // The list and its kinds of number, day and duration that the folds go over.
    ...['min', 'max'].flatMap((name) =>
      ['number', 'date', 'years and months duration', 'days and time duration'].map((type) => `${name}(${type}, ${type})`),
    ),
    ...['sum', 'mean'].map((name) => `${name}(number, number)`),
  ];
  test.each(forms)('%s', (form) => expect([...called]).toContain(form));
});

test.each(Object.keys(wholePowers))('** %s', (power) => {
  const written = ofKind('arithmetic').flatMap(({ operator, right }) =>
    operator === '**' && right.kind === 'number' ? [right.value] : [],
  );
  expect(written).toContain(Number(power));
});

describe('each builtin that the compiler lowers itself', () => {
  const names = new Set(ofKind('call').flatMap(({ callee }) => (callee.kind === 'name' ? [canonicalName(callee.name)] : [])));
  test.each(builtins.filter(({ compiled }) => isStructural(compiled)).map(({ name }) => name))('%s', (name) => {
    expect(names).toContain(canonicalName(name));
  });
});

/** False: refused, which refusals.test.ts shows. The type demands an entry for every kind. */
const expressions: Readonly<Record<Tree['kind'], boolean>> = {
  number: true,
  string: true,
  boolean: true,
  null: true,
  temporal: true,
  name: true,
  negate: true,
  arithmetic: true,
  compare: true,
  between: true,
  in: true,
  and: true,
  or: true,
  if: true,
  for: true,
  quantified: true,
  filter: false,
  path: true,
  call: true,
  function: true,
  list: true,
  context: true,
  range: true,
  instance: false,
  tests: true,
  table: true,
};
const kinds = new Set(nodes.map((node) => node.kind));
test.each(Object.entries(expressions))('the expression %s: %s', (kind, isIn) => {
  expect([...kinds].some((each) => each === kind)).toBe(isIn);
});

const operations: Readonly<Record<Ir['op'], true>> = {
  constant: true,
  slot: true,
  call: true,
  compare: true,
  isNull: true,
  and: true,
  or: true,
  not: true,
  holds: true,
  oneOf: true,
  cases: true,
  hit: true,
  choose: true,
  aggregate: true,
  rows: true,
  items: true,
  list: true,
  concat: true,
  count: true,
  contains: true,
  context: true,
};
const operated = new Set<string>(steps.map((step) => step.op));
test.each(Object.keys(operations))('the step %s', (op) => expect(operated).toContain(op));

describe('each comparison of each type', () => {
  const ordered: readonly CompareOperator[] = ['=', '!=', '<', '<=', '>', '>='];
  const comparisons = [
    ...['number', 'string', 'date', 'years and months duration', 'days and time duration'].flatMap((type) =>
      ordered.map((operator) => `${type} ${operator}`),
    ),
    'boolean =',
    'boolean !=',
  ];
  const compared = new Set(steps.flatMap((step) => (step.op === 'compare' ? [`${typeText(step.left.type)} ${step.operator}`] : [])));
  test.each(comparisons)('%s', (comparison) => expect([...compared]).toContain(comparison));
});

const policies: Readonly<Record<HitPolicy, true>> = {
  U: true,
  A: true,
  P: true,
  F: true,
  R: true,
  O: true,
  C: true,
  'C+': true,
  'C<': true,
  'C>': true,
  'C#': true,
};
test.each(Object.keys(policies))('the hit policy %s', (policy) => {
  expect(ofKind('table').map((table): string => table.policy)).toContain(policy);
});
