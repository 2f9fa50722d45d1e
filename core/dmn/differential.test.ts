/**
 * One meaning, three engines: for each construct of the profile the interpreter, the closures and DuckDB must give the same answers on random
 * rows: nulls, inputs that are each other's border, and in every column every literal of the constructs, with the doubles just above and below.
 * All constructs share one model and one SELECT, so a thousand rows cost one query. What is no construct here is found by coverage.test.ts.
 */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DaysDuration, MonthsDuration } from '#core/feel/values/value.ts';
import { compileDmn, parseDmn, type FeelValue } from './index.ts';
import { constructModel, constructNames } from './testing/constructs.ts';
import { literalsOf } from './testing/literals.ts';
import { type Row, rowsArbitrary, sameValue, sqlRows } from './testing/rows.ts';

let connection: DuckDBConnection;
let instance: DuckDBInstance;

beforeAll(async () => {
  instance = await DuckDBInstance.create();
  connection = await instance.connect();
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const compiled = compileDmn(parseDmn(constructModel, { file: 'constructs.dmn' }));
const names = constructNames.map((_, index) => `D${index}`);
const literals = literalsOf(compiled.model.decisions.map((decision) => decision.expression));

describe('every construct of the profile compiles', () => {
  test.each(constructNames.map((name, index) => [name, index] as const))('%s', (_, index) => {
    expect(compiled.refused.get(`D${index}`)?.message).toBeUndefined();
  });
});

describe('interpreter = closures = DuckDB', () => {
  const disagreements = new Map<string, string>();

  beforeAll(async () => {
    const evaluate = compiled.evaluator(names);
    const property = fc.asyncProperty(rowsArbitrary(60, literals), async (rows) => {
      const fromSql = await runSql(rows);
      for (const [at, row] of rows.entries()) {
        const closures = evaluate(row);
        for (const [index, name] of names.entries()) {
          const reference = compiled.interpret(name, row);
          const sql = fromSql[at]?.[index] ?? null;
          if (sameValue(reference, closures[name] ?? null) && sameValue(inSql(reference), sql)) continue;
          const expression = constructNames[index] ?? '';
          if (!disagreements.has(expression))
            disagreements.set(
              expression,
              `${JSON.stringify(row)}: interpreter ${text(reference)}, closures ${text(closures[name] ?? null)}, DuckDB ${text(sql)}`,
            );
        }
      }
    });
    await fc.assert(property, { numRuns: 2, endOnFailure: true });
  });

  test.each(constructNames)('%s', (expression) => {
    expect(disagreements.get(expression)).toBeUndefined();
  });
});

async function runSql(rows: readonly Row[]): Promise<FeelValue[][]> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE facts AS ${sqlRows(rows)}`);
  const sql = compiled.toSql({ decisions: names, from: 'facts', keep: ['row_number'] });
  const reader = await connection.runAndReadAll(`SELECT * EXCLUDE (row_number) FROM (${sql}) ORDER BY row_number`);
  return reader.getRowsJson();
}

/** A column holds the size of a duration: months, or seconds. */
function inSql(value: FeelValue): FeelValue {
  if (value instanceof MonthsDuration) return value.months;
  return value instanceof DaysDuration ? value.seconds : value;
}

function text(value: FeelValue): string {
  return JSON.stringify(value) ?? 'undefined';
}
