import { describe, expect, test } from 'vitest';
import { compileDmn, parseDmn } from './index.ts';
import { sqlAnswers, tableXml, emptyRow } from './testing/engines.ts';
import { modelOf } from './testing/rows.ts';

const xml = `<definitions xmlns="https://www.omg.org/spec/DMN/20211108/MODEL/" id="m" name="m" namespace="urn:m">
  <itemDefinition name="tHousehold">
    <itemComponent name="yearly income"><typeRef>number</typeRef></itemComponent>
    <itemComponent name="tags" isCollection="true"><typeRef>string</typeRef></itemComponent>
  </itemDefinition>
  <inputData id="h" name="Household"><variable name="Household" typeRef="tHousehold"/></inputData>
  <inputData id="r" name="Rate"><variable name="Rate" typeRef="number"/></inputData>
  <inputData id="u" name="Unused"><variable name="Unused" typeRef="number"/></inputData>
  <businessKnowledgeModel id="f" name="Instalment">
    <encapsulatedLogic>
      <formalParameter name="amount" typeRef="number"/><formalParameter name="months" typeRef="number"/>
      <literalExpression><text>round half up(amount / months, 2)</text></literalExpression>
    </encapsulatedLogic>
  </businessKnowledgeModel>
  <decision id="t" name="Tagged"><variable name="Tagged"/>
    <informationRequirement><requiredInput href="#h"/></informationRequirement>
    <literalExpression><text>list contains(Household.tags, "model village")</text></literalExpression>
  </decision>
  <decision id="o" name="Offer"><variable name="Offer"/>
    <informationRequirement><requiredInput href="#h"/></informationRequirement>
    <informationRequirement><requiredInput href="#r"/></informationRequirement>
    <informationRequirement><requiredDecision href="#t"/></informationRequirement>
    <knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>
    <context>
      <contextEntry><variable name="base limit"/><conditional>
        <if><literalExpression><text>Tagged</text></literalExpression></if>
        <then><literalExpression><text>Household.yearly income</text></literalExpression></then>
        <else><literalExpression><text>Household.yearly income / 2</text></literalExpression></else>
      </conditional></contextEntry>
      <contextEntry><variable name="monthly"/><invocation>
        <literalExpression><text>Instalment</text></literalExpression>
        <binding><parameter name="months"/><literalExpression><text>12</text></literalExpression></binding>
        <binding><parameter name="amount"/><literalExpression><text>base limit * Rate</text></literalExpression></binding>
      </invocation></contextEntry>
    </context>
  </decision>
</definitions>`;

const compiled = compileDmn(parseDmn(xml, { file: 'offer.dmn' }));
const household = { Household: { 'yearly income': 100_000, tags: ['model village', 'roll'] }, Rate: 0.051 };

describe('contexts, functions and boxed expressions compile', () => {
  test('a decision names only the columns it reads', () => {
    expect(compiled.decision('Offer').inputs.map(({ name }) => name)).toEqual(['Household.yearly income', 'Household.tags', 'Rate']);
    expect(compiled.decision('Tagged').inputs.map(({ name }) => name)).toEqual(['Household.tags']);
  });

  test('evaluate, evaluator and rowEvaluator agree', () => {
    const offer = { 'base limit': 100_000, monthly: 425 };
    expect(compiled.decision('Offer').evaluate(household)).toEqual(offer);
    expect(compiled.evaluator(['Tagged', 'Offer'])(household)).toEqual({ Tagged: true, Offer: offer });
    const rows = compiled.rowEvaluator(['Offer', 'Tagged']);
    expect(rows.columns.map(({ type }) => type.kind)).toEqual(['number', 'list', 'number']);
    expect(rows.evaluate([100_000, ['model village'], 0.051])).toEqual([offer, true]);
    expect(rows.evaluate([null, null, null])).toEqual([{ 'base limit': null, monthly: null }, false]);
  });

  test('the names of decisions ignore extra space, unknown ones are refused', () => {
    expect(compiled.decision(' Offer ').name).toBe('Offer');
    expect(() => compiled.toSql({ decisions: ['Loan'], from: 't', keep: [] })).toThrow('the model has no decision "Loan"');
  });
});

test('explain tells every decision on the way, what it read and which rules held', () => {
  const table = tableXml(
    'hitPolicy="COLLECT"',
    ['N', 'S'],
    [{}],
    [
      ['> 5', '-', '"R1"'],
      ['-', '"a"', '"R2"'],
      ['null', '-', '"R1U"'],
    ],
  );
  const ruled = compileDmn(parseDmn(modelOf([], [table]), { file: 'rules.dmn' }));
  const trace = ruled.decision('D0').explain({ ...emptyRow, N: 9, S: 'a' });
  expect(trace.value).toEqual(['R1', 'R2']);
  expect(trace.steps).toHaveLength(1);
  expect(trace.steps[0]?.read).toContainEqual({ name: 'N', value: 9 });
  expect(trace.steps[0]?.tables).toEqual([
    {
      table: 'decision "D0"',
      policy: 'C',
      inputs: [
        { label: 'N', value: 9 },
        { label: 'S', value: 'a' },
      ],
      rules: [
        { number: 1, id: 'r1', annotations: {}, output: 'R1' },
        { number: 2, id: 'r2', annotations: {}, output: 'R2' },
      ],
    },
  ]);
  expect(
    compiled
      .decision('Offer')
      .explain(household)
      .steps.map(({ decision }) => decision),
  ).toEqual(['Tagged', 'Offer']);
});

describe('SQL', () => {
  test('a step read once stands in its reader, so that a branch not taken costs nothing', () => {
    const model = compileDmn(parseDmn(modelOf(['if B then sqrt(N) else sqrt(M)']), { file: 'lazy.dmn' }));
    const sql = model.toSql({ decisions: ['D0'], from: 'facts', keep: [] });
    expect(sql.match(/__\d+ AS NOT MATERIALIZED/g)).toHaveLength(1);
  });

  test('columns outside 2^53 and not-a-number are errors, as in JavaScript', async () => {
    const model = compileDmn(parseDmn(modelOf(['N + 1']), { file: 'door.dmn' }));
    for (const N of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])
      await expect(sqlAnswers(model, ['D0'], [{ ...emptyRow, N }])).rejects.toThrow('2^53');
    expect(await sqlAnswers(model, ['D0'], [{ ...emptyRow, N: 2 ** 53 }])).toEqual([[2 ** 53]]);
  });

  test('texts are quoted, whatever they hold', async () => {
    const model = compileDmn(parseDmn(modelOf([`S = "it's" or S = "; DROP TABLE facts; --"`, `["__s1", "a'b"]`]), { file: 'quotes.dmn' }));
    expect(await sqlAnswers(model, ['D0', 'D1'], [{ ...emptyRow, S: "it's" }])).toEqual([[true, ['__s1', "a'b"]]]);
  });
});
