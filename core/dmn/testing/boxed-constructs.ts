/** Constructs that are written as elements of a model rather than as text: boxed expressions, and decision tables of each hit policy. */
import { tableXml } from './engines.ts';
import { escapeXml } from './rows.ts';

export interface BoxedConstruct {
  readonly family: string;
  /** What the guide calls it. */
  readonly name: string;
  readonly xml: string;
}

const literal = (text: string): string => `<literalExpression><text>${escapeXml(text)}</text></literalExpression>`;
const entry = (name: string, body: string): string => `<contextEntry><variable name="${name}"/>${body}</contextEntry>`;
const result = (body: string): string => `<contextEntry>${body}</contextEntry>`;
const part = (name: string, body: string): string => `<${name}>${body}</${name}>`;

const parameters = '<formalParameter name="n" typeRef="number"/><formalParameter name="s" typeRef="string"/>';
const definition = `<functionDefinition>${parameters}${literal('if n > 5 then s else "few"')}</functionDefinition>`;
const call = `<invocation>${literal('f')}
  <binding><parameter name="s"/>${literal('S')}</binding><binding><parameter name="n"/>${literal('N + 1')}</binding></invocation>`;

const expressions: readonly Omit<BoxedConstruct, 'family'>[] = [
  { name: 'context', xml: part('context', entry('a', literal('N * 2')) + entry('b', literal('a - M'))) },
  { name: 'context with a result', xml: part('context', entry('a', literal('N * 2')) + result(literal('a - M'))) },
  { name: 'function and invocation', xml: part('context', entry('f', definition) + result(call)) },
  { name: 'list', xml: part('list', literal('N') + literal('M + 1') + literal('null')) },
  {
    name: 'relation',
    xml: part(
      'relation',
      `<column name="n"/><column name="s"/>${part('row', literal('N') + literal('S'))}${part('row', literal('60') + literal('"x"'))}`,
    ),
  },
  {
    name: 'conditional',
    xml: part('conditional', part('if', literal('N >= 60')) + part('then', literal('S')) + part('else', literal('T'))),
  },
  {
    name: 'some',
    xml: `<some iteratorVariable="x">${part('in', literal('[N, M, K]'))}${part('satisfies', literal('x > 0.3'))}</some>`,
  },
  {
    name: 'every',
    xml: `<every iteratorVariable="x">${part('in', literal('[N, M]'))}${part('satisfies', literal('x <= 10'))}</every>`,
  },
  { name: 'for', xml: `<for iteratorVariable="x">${part('in', literal('[N, M]'))}${part('return', literal('x + K'))}</for>` },
];

/** Rules that exclude one another, for the policies under which two hits would be an error. */
const disjoint = [
  ['< 0.3', '-', '-', '"low"', '1.5'],
  ['[0.3..60)', '"a", "b"', '-', '"mid"', '2'],
  ['[0.3..60)', 'not("a", "b")', '-', '"other"', 'N'],
  ['>= 60', '-', '< date("2024-02-29")', '"old"', 'N / 3'],
  ['null', '-', '-', '"unknown"', 'null'],
];
const overlapping = [
  ['> 5', '-', '-', '"R1"', '1.5'],
  ['> 5.5, < -60', '"a"', '-', '"R2"', 'N'],
  ['-', 'null', '[date("2000-02-29")..date("2024-01-31"))', '"R3"', '-2'],
  ['not(null, 5)', '-', '-', '"R1"', 'N / 3'],
  ['null', '-', 'null', '"R4"', '0.1'],
];
const ranked = '"R4", "R2", "R3", "R1"';
const numberOf = (rules: readonly (readonly string[])[]): string[][] => rules.map((rule) => [...rule.slice(0, 3), rule[4] ?? '']);
const wordOf = (rules: readonly (readonly string[])[]): string[][] => rules.map((rule) => rule.slice(0, 4));
const both = [{ name: 'word' }, { name: 'points' }];

const table = (
  name: string,
  policy: string,
  rules: readonly (readonly string[])[],
  outputs: Parameters<typeof tableXml>[2] = [{}],
): BoxedConstruct => ({ family: 'hit policies', name, xml: tableXml(policy, ['N', 'S', 'D'], outputs, rules) });

const tables: readonly BoxedConstruct[] = [
  table('U', 'hitPolicy="UNIQUE"', wordOf(disjoint)),
  table('U with several outputs', 'hitPolicy="UNIQUE"', disjoint, both),
  table('A', 'hitPolicy="ANY"', wordOf(disjoint), [{ otherwise: '"none"' }]),
  table('F', 'hitPolicy="FIRST"', numberOf(overlapping), [{ otherwise: 'M' }]),
  table('P', 'hitPolicy="PRIORITY"', wordOf(overlapping), [{ values: ranked }]),
  table('R', 'hitPolicy="RULE ORDER"', wordOf(overlapping)),
  table('O', 'hitPolicy="OUTPUT ORDER"', wordOf(overlapping), [{ values: ranked }]),
  table('C', 'hitPolicy="COLLECT"', wordOf(overlapping)),
  table('C with several outputs', 'hitPolicy="COLLECT"', overlapping, both),
  table('C+', 'hitPolicy="COLLECT" aggregation="SUM"', numberOf(overlapping)),
  table('C<', 'hitPolicy="COLLECT" aggregation="MIN"', numberOf(overlapping)),
  table('C>', 'hitPolicy="COLLECT" aggregation="MAX"', numberOf(overlapping), [{ otherwise: '0' }]),
  table('C#', 'hitPolicy="COLLECT" aggregation="COUNT"', wordOf(overlapping)),
];

export const boxedConstructs: readonly BoxedConstruct[] = [...expressions.map((each) => ({ ...each, family: 'boxed' })), ...tables];
