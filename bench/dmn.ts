/** Decision models: single decisions by closures beside zen-engine, whole tables by generated SQL beside a bare scan of the same file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { ZenEngine } from '@gorules/zen-engine';
import { compileDmn, parseDmn, type CompiledModel, type FeelValue } from '#core/dmn/index.ts';
import { benchModel, largestValue, seeded, segments, type BenchModel } from './dmn-model.ts';
import { zenGraph } from './dmn-zen.ts';
import { median, secondsOf, type Figure } from './figure.ts';

const tableRows = 870_000;
const singleRows = 4000;
const repeats = 5;

type Person = Record<string, number | string | null>;

export async function run(): Promise<Figure[]> {
  const model = benchModel();
  const compiled = compileDmn(parseDmn(model.xml, { file: 'bench.dmn' }));
  return [...(await singleDecisions(model, compiled)), ...(await wholeTable(model, compiled))];
}

function people(model: BenchModel, count: number, nullShare: number): Person[] {
  const random = seeded(11);
  return Array.from({ length: count }, () => {
    const person: Person = { KIND: segments[Math.floor(random() * segments.length)] ?? 'resident' };
    for (const name of model.numberInputs) person[name] = random() < nullShare ? null : Math.floor(random() * (largestValue + 1));
    return person;
  });
}

async function singleDecisions(model: BenchModel, compiled: CompiledModel): Promise<Figure[]> {
  const whole = compiled.rowEvaluator(model.decisions);
  const rows = people(model, singleRows, 0.04).map((person) => whole.columns.map((column) => person[column.name] ?? null));
  const full = await secondsOf(repeats, () => {
    for (const row of rows) whole.evaluate(row);
  });

  const known = people(model, 400, 0);
  const names = [...model.families, ...model.scorecards].map((table) => table.name);
  const ours = compiled.evaluator(names);
  const engine = new ZenEngine();
  const decision = engine.createDecision(zenGraph(model));
  for (const person of known)
    await refuseDifference(model, ours(person), (await decision.evaluate(person)).result as Record<string, unknown>);
  const oursSeconds = await secondsOf(repeats, () => {
    for (const person of known) ours(person);
  });
  const zenSeconds = await secondsOf(repeats, async () => {
    for (const person of known) await decision.evaluate(person);
  });
  engine.dispose();
  return [
    { name: 'dmn_decisions_per_second', value: Math.round(singleRows / median(full)), unit: 'decisions/s' },
    {
      name: 'dmn_rules_and_scores_per_second',
      value: Math.round(known.length / median(oursSeconds)),
      unit: 'decisions/s',
      peer: 'zen-engine 0.54',
      peer_value: Math.round(known.length / median(zenSeconds)),
    },
  ];
}

/** A comparison of speeds counts only between equal answers. */
async function refuseDifference(model: BenchModel, ours: Record<string, FeelValue>, zen: Record<string, unknown>): Promise<void> {
  for (const { name } of model.families) {
    const codes = (zen[name] as { code: string }[] | undefined)?.map(({ code }) => code) ?? [];
    if (JSON.stringify(codes) !== JSON.stringify(ours[name]))
      throw new Error(`${name}: ${JSON.stringify(codes)} ≠ ${JSON.stringify(ours[name])}`);
  }
  for (const { name } of model.scorecards) {
    const total = ((zen[name] as { points: number }[] | undefined) ?? []).reduce((sum, { points }) => sum + points, 0);
    if (total !== ours[name]) throw new Error(`${name}: ${total} ≠ ${JSON.stringify(ours[name])}`);
  }
}

async function wholeTable(model: BenchModel, compiled: CompiledModel): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'qianmo-bench-dmn-'));
  const instance = await DuckDBInstance.create();
  try {
    const connection = await instance.connect();
    const facts = join(folder, 'facts.parquet');
    await writeFacts(connection, model, facts);
    const from = `read_parquet('${facts}')`;
    const sql = compiled.toSql({ decisions: model.decisions, from, keep: ['id'] });
    await refuseSqlDifference(connection, compiled, model, sql, from);
    const scan = `SELECT ${model.numberInputs.map((name) => `max(${name})`).join(', ')}, max(KIND) FROM ${from}`;
    const scanSeconds = await secondsOf(repeats, async () => {
      await connection.run(scan);
    });
    const seconds = await secondsOf(repeats, async () => {
      await connection.run(`COPY (${sql}) TO '${join(folder, 'decisions.parquet')}' (FORMAT parquet)`);
    });
    return [
      {
        name: 'dmn_sql_screening_seconds',
        value: Number(median(seconds).toFixed(3)),
        unit: 's',
        limit: 'bare scan of the columns read',
        limit_value: Number(median(scanSeconds).toFixed(3)),
      },
      {
        name: 'dmn_sql_rows_per_second',
        value: Math.round(tableRows / median(seconds)),
        unit: 'rows/s',
        limit: 'bare scan of the columns read',
        limit_value: Math.round(tableRows / median(scanSeconds)),
      },
    ];
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}

async function writeFacts(connection: DuckDBConnection, model: BenchModel, path: string): Promise<void> {
  const columns = model.numberInputs.map(
    (name, index) =>
      `CASE WHEN hash(i, ${index}, 'null') % 25 = 0 THEN NULL ELSE CAST(hash(i, ${index}) % ${largestValue + 1} AS BIGINT) END AS ${name}`,
  );
  const kinds = `[${segments.map((segment) => `'${segment}'`).join(', ')}][1 + i % ${segments.length}] AS KIND`;
  await connection.run(
    `COPY (SELECT i AS id, ${columns.join(', ')}, ${kinds} FROM range(${tableRows}) AS t(i)) TO '${path}' (FORMAT parquet)`,
  );
}

async function refuseSqlDifference(
  connection: DuckDBConnection,
  compiled: CompiledModel,
  model: BenchModel,
  sql: string,
  from: string,
): Promise<void> {
  const sample = 'WHERE id % 4350 = 0 ORDER BY id';
  const facts = (await connection.runAndReadAll(`SELECT * FROM ${from} ${sample}`)).getRowObjectsJS() as Person[];
  const answers = (await connection.runAndReadAll(`SELECT * EXCLUDE (id) FROM (${sql}) ${sample}`)).getRowObjectsJson();
  const evaluate = compiled.evaluator(model.decisions);
  for (const [index, person] of facts.entries()) {
    const [expected, found] = [JSON.stringify(evaluate(person)), JSON.stringify(answers[index])];
    if (expected !== found) throw new Error(`closures ${expected} ≠ DuckDB ${found}`);
  }
}
