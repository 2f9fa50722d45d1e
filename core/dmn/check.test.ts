import { describe, expect, test } from 'vitest';
import { checkDmn, parseDmn } from './index.ts';
import { tableXml } from './testing/engines.ts';
import { modelOf } from './testing/rows.ts';

const findingsOf = (table: string) => checkDmn(parseDmn(modelOf([], [table]), { file: 'check.dmn' }));
const codes = (table: string) => findingsOf(table).map(({ severity, code, en }) => [severity, code, en]);

describe('decision tables', () => {
  test.each([
    [
      'complete and disjoint',
      'UNIQUE',
      ['N'],
      [
        ['< 10', '1'],
        ['>= 10', '2'],
        ['null', '3'],
      ],
      [],
    ],
    [
      'a gap between bounds',
      'UNIQUE',
      ['N'],
      [
        ['< 10', '1'],
        ['> 10', '2'],
        ['null', '3'],
      ],
      [['warning', 'gap', 'no rule covers: N = 10']],
    ],
    [
      'null forgotten',
      'FIRST',
      ['N'],
      [
        ['< 10', '1'],
        ['>= 10', '2'],
      ],
      [['warning', 'gap', 'no rule covers: N = null']],
    ],
    [
      'an overlap',
      'UNIQUE',
      ['N'],
      [
        ['<= 10', '1'],
        ['>= 10', '2'],
        ['null', '3'],
      ],
      [['error', 'overlap', 'rules 1 and 2 can hold together, which a UNIQUE table forbids']],
    ],
    [
      'disjoint by another column',
      'UNIQUE',
      ['N', 'B'],
      [
        ['-', 'true', '1'],
        ['-', 'false', '2'],
        ['-', 'null', '3'],
      ],
      [],
    ],
    [
      'a rule behind earlier ones',
      'FIRST',
      ['N'],
      [
        ['< 10', '1'],
        ['not(null)', '2'],
        ['> 20', '3'],
        ['-', '4'],
      ],
      [['warning', 'unreachable', 'rule 3 can never apply']],
    ],
    ['a rule that nothing satisfies', 'COLLECT', ['N'], [['[10..5]', '1']], [['warning', 'unreachable', 'rule 1 can never apply']]],
    [
      'neighbouring dates leave nothing between',
      'UNIQUE',
      ['D'],
      [
        ['<= date("2024-02-28")', '1'],
        ['>= date("2024-02-29")', '2'],
        ['null', '3'],
      ],
      [],
    ],
    [
      'negated words',
      'UNIQUE',
      ['S'],
      [
        ['"a"', '1'],
        ['not("a")', '2'],
      ],
      [],
    ],
    [
      'a cell that reads another input proves nothing',
      'UNIQUE',
      ['N'],
      [
        ['< M', '1'],
        ['>= 10', '2'],
      ],
      [['error', 'overlap', 'rules 1 and 2 can hold together, which a UNIQUE table forbids']],
    ],
  ])('%s', (_, policy, inputs, rules, expected) => {
    expect(codes(tableXml(`hitPolicy="${policy}"`, inputs, [{}], rules))).toEqual(expected);
  });

  test('a default output leaves no gap', () => {
    expect(codes(tableXml('hitPolicy="UNIQUE"', ['N'], [{ otherwise: '0' }], [['< 10', '1']]))).toEqual([]);
  });

  test('findings point at the rule', () => {
    const [finding] = findingsOf(
      tableXml(
        'hitPolicy="UNIQUE"',
        ['N'],
        [{ otherwise: '0' }],
        [
          ['< 10', '1'],
          ['\n< 5', '2'],
        ],
      ),
    );
    expect(finding?.place).toMatchObject({ file: 'check.dmn', element: 'decision "D0" › rule 2' });
  });
});

test('what cannot be compiled is a warning, what is wrong an error, each once', () => {
  const model = parseDmn(modelOf(['today()', 'N + Q', 'exp(N) > 1', 'N > "a"']), { file: 'check.dmn' });
  expect(checkDmn(model).map(({ severity, code }) => [severity, code])).toEqual([
    ['warning', 'outside_profile'],
    ['error', 'unknown_name'],
    ['error', 'inexact'],
    ['error', 'type_clash'],
  ]);
});
