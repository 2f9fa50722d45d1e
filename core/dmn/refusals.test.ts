/** What is refused, and the place it is refused at. */
import { describe, expect, test } from 'vitest';
import { compileDmn, DecisionError, DmnError, parseDmn } from './index.ts';
import { emptyRow } from './testing/engines.ts';
import { columns, escapeXml, modelOf } from './testing/rows.ts';

const head = `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m">
  <inputData id="iN" name="N"><variable name="N" typeRef="number"/></inputData>
  <decision id="d" name="D"><variable name="D"/>
    <informationRequirement><requiredInput href="#iN"/></informationRequirement>
`;
const tail = '\n  </decision>\n</definitions>';

function literal(expression: string): string {
  return `${head}    <literalExpression><text>${escapeXml(expression)}</text></literalExpression>${tail}`;
}

function refusalOf(run: () => unknown): DmnError {
  try {
    run();
  } catch (error) {
    if (error instanceof DmnError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('models that cannot be read', () => {
  test.each([
    ['not XML', '<definitions', 1, 'structure'],
    ['another namespace', '<definitions xmlns="urn:other"/>', 1, 'structure'],
    [
      'unknown element',
      `${head}    <literalExpression><text>1</text></literalExpression>\n  </decision>\n  <invention/>\n</definitions>`,
      7,
      'structure',
    ],
    ['unknown expression', `${head}    <machineLearning/>${tail}`, 5, 'structure'],
    ['a broken expression', literal('N +'), 5, 'syntax'],
    [
      'a missing reference',
      `${head}    <informationRequirement><requiredInput href="#gone"/></informationRequirement>\n    <literalExpression><text>1</text></literalExpression>${tail}`,
      5,
      'structure',
    ],
    [
      'an unknown hit policy',
      `${head}    <decisionTable hitPolicy="BEST"><input><inputExpression><text>N</text></inputExpression></input><output/></decisionTable>${tail}`,
      5,
      'structure',
    ],
    [
      'a rule of another width',
      `${head}    <decisionTable><input><inputExpression><text>N</text></inputExpression></input><output/>\n      <rule><outputEntry><text>1</text></outputEntry></rule></decisionTable>${tail}`,
      6,
      'structure',
    ],
    ['an undefined type', head.replace('typeRef="number"', 'typeRef="money"') + tail, 2, 'structure'],
  ])('%s', (_, xml, line, code) => {
    const error = refusalOf(() => parseDmn(xml, { file: 'model.dmn' }));
    expect({ file: error.file, line: error.line, code: error.code }).toEqual({ file: 'model.dmn', line, code });
    expect(error.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(error.en).toMatch(/[a-z]/);
  });

  test('a decision that depends on itself', () => {
    const xml = `${head}    <informationRequirement><requiredDecision href="#d"/></informationRequirement>\n    <literalExpression><text>D</text></literalExpression>${tail}`;
    expect(refusalOf(() => parseDmn(xml, { file: 'model.dmn' })).en).toContain('depends on itself');
  });
});

describe('expressions outside the profile, or wrong', () => {
  /** expression, code, column of the trouble in the expression (from 1), a word of the reason. */
  test.each([
    ['N + Q', 'unknown_name', 5, 'not declared'],
    ['N + "a"', 'type_clash', 1, 'does not take'],
    ['N > "a"', 'type_clash', 1, 'type clash'],
    ['if N then 1 else 2', 'type_clash', 4, 'boolean'],
    ['if N > 1 then 1 else "b"', 'type_clash', 1, 'type clash'],
    ['wobble(N)', 'unknown_name', 1, 'no function'],
    ['1 + today().year', 'outside_profile', 5, 'replayed'],
    ['[1, 2, 3][item > N]', 'outside_profile', 1, 'filters'],
    ['count(for i in 1..3 return i)', 'outside_profile', 7, 'iteration'],
    ['upper case("a")', 'outside_profile', 1, 'case'],
    ['matches("a", "b")', 'outside_profile', 1, 'regular'],
    ['N ** 0.5', 'outside_profile', 1, 'powers'],
    ['decimal(N, N)', 'outside_profile', 1, 'literal'],
    ['N instance of number', 'outside_profile', 1, 'type tests'],
    ['1 + (function(x) x)', 'outside_profile', 6, 'function'],
    ['date("2024-02-30")', 'outside_profile', 1, 'neither'],
    ['exp(N) > 0.5', 'inexact', 1, 'round'],
    ['{a: N}.b', 'unknown_name', 1, 'there is no'],
    ['N < 3 and N > 1 &amp; 2'.replace('&amp;', '&'), 'syntax', 17, 'cannot be read'],
  ])('%s', (expression, code, column, reason) => {
    const xml = literal(expression);
    const error = refusalOf(() => {
      const compiled = compileDmn(parseDmn(xml, { file: 'model.dmn' }));
      compiled.toSql({ decisions: ['D'], from: 't', keep: [] });
    });
    const before = '    <literalExpression><text>'.length + escapeXml(expression.slice(0, column - 1)).length;
    expect({ code: error.code, line: error.line, column: error.column, element: error.element }).toEqual({
      code,
      line: 5,
      column: before + 1,
      element: 'decision "D"',
    });
    expect(error.en).toContain(reason);
  });

  test('a refused decision does not stop the others, and says why when asked for', () => {
    const compiled = compileDmn(parseDmn(modelOf(['N + 1', 'today()']), { file: 'two.dmn' }));
    expect([...compiled.refused.keys()]).toEqual(['D1']);
    expect(compiled.decision('D0').evaluate({ ...emptyRow, N: 1 })).toBe(2);
    expect(() => compiled.decision('D1')).toThrow(DmnError);
    expect(() => compiled.decision('D7')).toThrow('the model has no decision');
  });

  test('an unrounded exp as a result is refused in SQL only', () => {
    const compiled = compileDmn(parseDmn(modelOf(['exp(N)']), { file: 'exp.dmn' }));
    expect(compiled.decision('D0').evaluate({ ...emptyRow, N: 0 })).toBe(1);
    expect(refusalOf(() => compiled.toSql({ decisions: ['D0'], from: 't', keep: [] })).code).toBe('inexact');
  });
});

describe('inputs that no engine would read alike', () => {
  const compiled = compileDmn(parseDmn(modelOf(['N', 'S', 'D', 'B']), { file: 'inputs.dmn' }));

  test.each([
    ['N', Number.NaN],
    ['N', Number.POSITIVE_INFINITY],
    ['N', 2 ** 53 + 2],
    ['N', 2n ** 60n],
    ['N', '5'],
    ['S', 5],
    ['D', '2024-02-30'],
    ['D', 'yesterday'],
    ['B', 'true'],
  ])('%s = %s', (name, value) => {
    const decision = `D${['N', 'S', 'D', 'B'].indexOf(name)}`;
    const run = () => compiled.decision(decision).evaluate({ ...emptyRow, [name]: value });
    expect(run).toThrowError(expect.objectContaining({ name: DecisionError.name, code: 'input_refused', place: name }) as Error);
  });

  test('missing, bigint and Temporal dates are taken', () => {
    const evaluate = compiled.evaluator(['D0', 'D2']);
    expect(JSON.stringify(evaluate({ N: 5n, D: Temporal.PlainDate.from('2024-02-29') }))).toBe('{"D0":5,"D2":"2024-02-29"}');
    expect(evaluate({})).toEqual({ D0: null, D2: null });
    expect(Object.keys(columns)).toContain('N');
  });
});
