/**
 * One meaning, three engines: for each construct of the profile the interpreter, the closures and DuckDB must give the same answers on random
 * rows with nulls, borders and neighbours of borders. All constructs share one model and one SELECT, so a thousand rows cost one query.
 */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileDmn, parseDmn, type FeelValue } from './index.ts';
import { constructs } from './testing/constructs.ts';
import { modelOf, type Row, rowArbitrary, sameValue, sqlRows } from './testing/rows.ts';

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

const compiled = compileDmn(parseDmn(modelOf(constructs.map(({ expression }) => expression)), { file: 'constructs.dmn' }));
const names = constructs.map((_, index) => `D${index}`);

describe('every construct of the profile compiles', () => {
  test.each(constructs.map(({ expression }, index) => [expression, index] as const))('%s', (_, index) => {
    expect(compiled.refused.get(`D${index}`)?.message).toBeUndefined();
  });
});

describe('interpreter = closures = DuckDB', () => {
  const disagreements = new Map<string, string>();

  beforeAll(async () => {
    const evaluate = compiled.evaluator(names);
    const property = fc.asyncProperty(fc.array(rowArbitrary, { minLength: 200, maxLength: 200 }), async (rows) => {
      const fromSql = await runSql(rows);
      for (const [at, row] of rows.entries()) {
        const closures = evaluate(row);
        for (const [index, name] of names.entries()) {
          const reference = compiled.interpret(name, row);
          const sql = fromSql[at]?.[index] ?? null;
          if (sameValue(reference, closures[name] ?? null) && sameValue(reference, sql)) continue;
          const expression = constructs[index]?.expression ?? '';
          if (!disagreements.has(expression))
            disagreements.set(
              expression,
              `${JSON.stringify(row)}: interpreter ${text(reference)}, closures ${text(closures[name] ?? null)}, DuckDB ${text(sql)}`,
            );
        }
      }
    });
    await fc.assert(property, { numRuns: 3 });
  });

  test.each(constructs.map(({ expression }) => expression))('%s', (expression) => {
    expect(disagreements.get(expression)).toBeUndefined();
  });
});

async function runSql(rows: readonly Row[]): Promise<FeelValue[][]> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE facts AS ${sqlRows(rows)}`);
  const sql = compiled.toSql({ decisions: names, from: 'facts', keep: ['row_number'] });
  const reader = await connection.runAndReadAll(`SELECT * EXCLUDE (row_number) FROM (${sql}) ORDER BY row_number`);
  return reader.getRowsJson();
}

function text(value: FeelValue): string {
  return JSON.stringify(value) ?? 'undefined';
}
