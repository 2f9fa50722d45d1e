/** Runs one model by every engine. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { CompiledModel, FeelValue } from '../index.ts';
import { sqlRows, type Row } from './rows.ts';

export interface Answers {
  readonly interpreter: FeelValue[];
  readonly closures: FeelValue[];
  readonly sql: FeelValue[];
}

let connection: DuckDBConnection | undefined;

async function database(): Promise<DuckDBConnection> {
  connection ??= await (await DuckDBInstance.create()).connect();
  return connection;
}

export async function sqlAnswers(compiled: CompiledModel, decisions: readonly string[], rows: readonly Row[]): Promise<FeelValue[][]> {
  const db = await database();
  await db.run(`CREATE OR REPLACE TEMP TABLE facts AS ${sqlRows(rows)}`);
  const select = compiled.toSql({ decisions, from: 'facts', keep: ['row_number'] });
  const reader = await db.runAndReadAll(`SELECT * EXCLUDE (row_number) FROM (${select}) ORDER BY row_number`);
  return reader.getRowsJson();
}

/** One answer a row of each engine. */
export async function answersOf(compiled: CompiledModel, decision: string, rows: readonly Row[]): Promise<Answers> {
  const sql = await sqlAnswers(compiled, [decision], rows);
  const { evaluate } = compiled.decision(decision);
  return {
    interpreter: rows.map((row) => compiled.interpret(decision, row)),
    closures: rows.map((row) => evaluate(row)),
    sql: sql.map(([value]) => value ?? null),
  };
}

export const emptyRow: Row = { N: null, M: null, K: null, S: null, T: null, B: null, C: null, D: null, E: null };

/** A decision table over the shared inputs, as XML. Cells are FEEL texts. */
export function tableXml(
  policy: string,
  inputs: readonly string[],
  outputs: readonly { name?: string; values?: string; otherwise?: string }[],
  rules: readonly (readonly string[])[],
): string {
  const cell = (text: string): string => `<text>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</text>`;
  const columns = inputs.map((input) => `<input><inputExpression>${cell(input)}</inputExpression></input>`);
  const results = outputs.map(({ name, values, otherwise }) => {
    const listed = values === undefined ? '' : `<outputValues>${cell(values)}</outputValues>`;
    const fallback = otherwise === undefined ? '' : `<defaultOutputEntry>${cell(otherwise)}</defaultOutputEntry>`;
    return `<output${name === undefined ? '' : ` name="${name}"`}>${listed}${fallback}</output>`;
  });
  const rows = rules.map((rule, index) => {
    const tests = rule.slice(0, inputs.length).map((text) => `<inputEntry>${cell(text)}</inputEntry>`);
    const values = rule.slice(inputs.length).map((text) => `<outputEntry>${cell(text)}</outputEntry>`);
    return `<rule id="r${index + 1}">${tests.join('')}${values.join('')}</rule>`;
  });
  return `<decisionTable ${policy}>${columns.join('')}${results.join('')}${rows.join('')}</decisionTable>`;
}
