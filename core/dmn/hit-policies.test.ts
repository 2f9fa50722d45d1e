import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileDmn, DecisionError, parseDmn } from './index.ts';
import { answersOf, emptyRow, sqlAnswers, tableXml } from './testing/engines.ts';
import { modelOf, rowArbitrary, sameValue, type Row } from './testing/rows.ts';

const compiledTable = (table: string) => compileDmn(parseDmn(modelOf([], [table]), { file: 'table.dmn' }));
const withN = (N: number | null): Row => ({ ...emptyRow, N });

const overlapping = [
  ['< 10', '"low"', '1'],
  ['< 20', '"mid"', '2'],
  ['null', '"unknown"', '3'],
];
const disjoint = [
  ['< 10', '"low"', '1'],
  ['[10..20)', '"mid"', '2'],
  ['null', '"unknown"', '3'],
];
const words = '"unknown", "mid", "low"';
const one = (rules: readonly (readonly string[])[], column: number): string[][] => rules.map((rule) => [rule[0] ?? '', rule[column] ?? '']);

/** policy, output, rules, and the answers at N = 5, 15, 25 and null. */
const cases: readonly [string, { values?: string; otherwise?: string }, readonly (readonly string[])[], readonly unknown[]][] = [
  ['hitPolicy="UNIQUE"', {}, one(disjoint, 1), ['low', 'mid', null, 'unknown']],
  ['hitPolicy="UNIQUE"', { otherwise: '"none"' }, one(disjoint, 1), ['low', 'mid', 'none', 'unknown']],
  ['hitPolicy="FIRST"', {}, one(overlapping, 1), ['low', 'mid', null, 'unknown']],
  ['hitPolicy="FIRST"', { otherwise: 'N * 2' }, one(overlapping, 2), [1, 2, 50, 3]],
  [
    'hitPolicy="ANY"',
    {},
    [
      ['< 10', '1'],
      ['< 20', '1'],
      ['null', '3'],
    ],
    [1, 1, null, 3],
  ],
  ['hitPolicy="PRIORITY"', { values: words }, one(overlapping, 1), ['mid', 'mid', null, 'unknown']],
  ['hitPolicy="RULE ORDER"', {}, one(overlapping, 1), [['low', 'mid'], ['mid'], [], ['unknown']]],
  ['hitPolicy="OUTPUT ORDER"', { values: words }, one(overlapping, 1), [['mid', 'low'], ['mid'], [], ['unknown']]],
  ['hitPolicy="COLLECT"', {}, one(overlapping, 1), [['low', 'mid'], ['mid'], [], ['unknown']]],
  ['hitPolicy="COLLECT"', {}, one(overlapping, 2), [[1, 2], [2], [], [3]]],
  ['hitPolicy="COLLECT" aggregation="SUM"', {}, one(overlapping, 2), [3, 2, null, 3]],
  ['hitPolicy="COLLECT" aggregation="SUM"', { otherwise: '0' }, one(overlapping, 2), [3, 2, 0, 3]],
  ['hitPolicy="COLLECT" aggregation="MIN"', {}, one(overlapping, 2), [1, 2, null, 3]],
  ['hitPolicy="COLLECT" aggregation="MAX"', {}, one(overlapping, 2), [2, 2, null, 3]],
  ['hitPolicy="COLLECT" aggregation="COUNT"', {}, one(overlapping, 1), [2, 1, 0, 1]],
];

describe('hit policies, all engines', () => {
  test.each(cases)('%s %o', async (policy, output, rules, expected) => {
    const compiled = compiledTable(tableXml(policy, ['N'], [output], rules));
    const answers = await answersOf(compiled, 'D0', [5, 15, 25, null].map(withN));
    expect(answers).toEqual({ interpreter: expected, closures: expected, sql: expected });
  });

  test('several outputs make a context, or null when no rule holds', async () => {
    const compiled = compiledTable(tableXml('hitPolicy="UNIQUE"', ['N'], [{ name: 'word' }, { name: 'points' }], disjoint));
    const answers = await answersOf(compiled, 'D0', [5, 25].map(withN));
    const expected = [{ word: 'low', points: 1 }, null];
    expect(answers).toEqual({ interpreter: expected, closures: expected, sql: expected });
  });

  test('several outputs of a collecting table make a list of contexts', async () => {
    const compiled = compiledTable(tableXml('hitPolicy="COLLECT"', ['N'], [{ name: 'word' }, { name: 'points' }], overlapping));
    const answers = await answersOf(compiled, 'D0', [5, 25].map(withN));
    const expected = [
      [
        { word: 'low', points: 1 },
        { word: 'mid', points: 2 },
      ],
      [],
    ];
    expect(answers).toEqual({ interpreter: expected, closures: expected, sql: expected });
  });

  test('more rules than one mask holds', async () => {
    const rules = Array.from({ length: 140 }, (_, index) => [`> ${index}`, `"R${index}"`]);
    const compiled = compiledTable(tableXml('hitPolicy="COLLECT"', ['N'], [{}], rules));
    const rows = [0, 1, 62, 63, 125, 140].map(withN);
    const { interpreter, closures, sql } = await answersOf(compiled, 'D0', rows);
    expect(closures).toEqual(interpreter);
    expect(sql).toEqual(interpreter);
    expect((interpreter[3] as string[]).length).toBe(63);
  });
});

describe('a violated hit policy is an error in every engine, never a first match', () => {
  test.each([
    ['UNIQUE', 'unique_violated', one(overlapping, 1)],
    ['ANY', 'any_violated', one(overlapping, 1)],
  ])('%s', async (policy, code, rules) => {
    const compiled = compiledTable(tableXml(`hitPolicy="${policy}"`, ['N'], [{}], rules));
    const violating = withN(5);
    for (const run of [() => compiled.interpret('D0', violating), () => compiled.decision('D0').evaluate(violating)]) {
      expect(run).toThrowError(expect.objectContaining({ name: DecisionError.name, code }) as Error);
    }
    await expect(sqlAnswers(compiled, ['D0'], [violating])).rejects.toThrow(code);
    expect((await answersOf(compiled, 'D0', [withN(15)])).sql).toEqual(['mid']);
  });

  test('rules proven to exclude one another need no guard', () => {
    const compiled = compiledTable(tableXml('hitPolicy="UNIQUE"', ['N'], [{}], one(disjoint, 1)));
    expect(compiled.toSql({ decisions: ['D0'], from: 'facts', keep: [] })).not.toContain('unique_violated');
  });
});

const numberCells = [
  '-',
  '> 5',
  '<= 60',
  '[1..60)',
  '(0..10]',
  'null',
  'not(null)',
  'not(> 5)',
  '0, 1, [5..10]',
  'not(1, 2)',
  'M',
  '> M',
  '< K + 1',
  '? > 3 and ? < 30',
  '!= 2',
];
const textCells = ['-', '"a"', '"a","b"', 'not("a")', 'null', 'not(null, "b")', 'T', 'starts with(?, "a")', '["a", "ab"]', '>= "b"'];
const booleanCells = ['-', 'true', 'false', 'null', 'not(true)', 'C'];
const dateCells = ['-', '< date("2024-01-31")', '[date("2000-01-01")..date("2024-02-29")]', 'null', '> E', 'not(< date("2020-01-01"))'];
const ruleArbitrary = fc.tuple(
  fc.constantFrom(...numberCells),
  fc.constantFrom(...textCells),
  fc.constantFrom(...booleanCells),
  fc.constantFrom(...dateCells),
);

describe('random tables: interpreter = closures = DuckDB', () => {
  test.each([
    'hitPolicy="FIRST"',
    'hitPolicy="COLLECT"',
    'hitPolicy="COLLECT" aggregation="SUM"',
    'hitPolicy="COLLECT" aggregation="COUNT"',
    'hitPolicy="COLLECT" aggregation="MAX"',
    'hitPolicy="UNIQUE"',
  ])('%s', async (policy) => {
    const text = policy === 'hitPolicy="FIRST"' || policy === 'hitPolicy="COLLECT"';
    const tables = fc.array(ruleArbitrary, { minLength: 1, maxLength: 9 });
    const property = fc.asyncProperty(tables, fc.array(rowArbitrary, { minLength: 60, maxLength: 60 }), async (cells, rows) => {
      const rules = cells.map((rule, index) => [...rule, text ? `"R${index}"` : `${index + 0.5}`]);
      const compiled = compiledTable(tableXml(policy, ['N', 'S', 'B', 'D'], [{}], rules));
      const kept = policy === 'hitPolicy="UNIQUE"' ? rows.filter((row) => !violates(compiled, row)) : rows;
      if (kept.length === 0) return;
      const { interpreter, closures, sql } = await answersOf(compiled, 'D0', kept);
      for (const [at, expected] of interpreter.entries()) {
        const where = JSON.stringify([rules, kept[at]]);
        expect(
          sameValue(closures[at] ?? null, expected),
          `closures ${JSON.stringify(closures[at])} ≠ ${JSON.stringify(expected)} at ${where}`,
        ).toBe(true);
        expect(sameValue(sql[at] ?? null, expected), `DuckDB ${JSON.stringify(sql[at])} ≠ ${JSON.stringify(expected)} at ${where}`).toBe(
          true,
        );
      }
    });
    await fc.assert(property, { numRuns: 8, endOnFailure: true });
  });
});

/** Both engines must see the violation alike. */
function violates(compiled: ReturnType<typeof compiledTable>, row: Row): boolean {
  const failed = [() => compiled.interpret('D0', row), () => compiled.decision('D0').evaluate(row)].map((run) => {
    try {
      run();
      return false;
    } catch (error) {
      if (error instanceof DecisionError) return true;
      throw error;
    }
  });
  expect(failed[0]).toBe(failed[1]);
  return failed[0] === true;
}
