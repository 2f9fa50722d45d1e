import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findIndicators, isDay, screen } from '#modules/strategy/index.ts';
import { dataFolder } from '#platform/files/index.ts';
import { openLake, openWarehouse } from '#platform/warehouse/index.ts';
import { openChosenStrategy, versionUsage } from '../chosen-strategy.ts';

export const summary = '用策略筛查全部客户 · screen the whole population with a strategy';
export const usage = `qianmo screen --strategy NAME --out FILE.parquet [--as-of YYYY-MM-DD] [--entity CODE] [--input FILE.parquet] [--version X] [--engine duckdb] [--json]

Reads the indicators of a day (by default the newest in the lake, or FILE with --input and --as-of) and writes one row a person:
person_id, segment, outcome, limit_fen, rate_ppm, score, reasons, strategy_version, as_of.
${versionUsage}`;

export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const options = {
    strategy: text,
    out: text,
    'as-of': text,
    entity: text,
    input: text,
    version: text,
    engine: text,
    json: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args, options, strict: true });
  const { strategy: name, out, 'as-of': asOf, input, engine = 'duckdb' } = values;
  if (name === undefined || out === undefined) return misunderstood('缺少 --strategy 或 --out / --strategy and --out are required');
  if (engine !== 'duckdb') return misunderstood(`不支持引擎 ${engine}，可用 duckdb / engine ${engine} is not supported; use duckdb`);
  if (asOf !== undefined && !isDay(asOf)) return misunderstood(`--as-of 应为 YYYY-MM-DD / must be a day, YYYY-MM-DD, not ${asOf}`);
  const found = input === undefined ? await findIndicators(openLake(dataFolder(process.env)), { entityId: values.entity, asOf }) : null;
  const indicators = found?.path ?? resolve(input ?? '');
  const day = found?.asOf ?? asOf ?? /as_of=(\d{4}-\d{2}-\d{2})/.exec(indicators)?.[1];
  if (day === undefined) return misunderstood('--input 还需要 --as-of / --input also needs --as-of');
  const entityId = found?.entityId ?? values.entity;
  const { strategy, told } = await openChosenStrategy({ name, entityId, version: values.version });
  process.stderr.write(`screen: ${told}\n`);
  const started = performance.now();
  const warehouse = await openWarehouse();
  try {
    const people = await warehouse.session((session) => screen(session, { strategy, indicators, asOf: day, out: resolve(out) }));
    const seconds = Math.round(performance.now() - started) / 1000;
    const report = { strategy: strategy.name, strategy_version: strategy.version, as_of: day, people, seconds, out: resolve(out) };
    process.stdout.write(
      values.json ? `${JSON.stringify(report)}\n` : `${people} 人 people, ${seconds} s, ${strategy.version}, ${day} → ${out}\n`,
    );
    return 0;
  } finally {
    warehouse.close();
  }
}

function misunderstood(message: string): number {
  process.stderr.write(`screen: ${message}\n`);
  return 2;
}
