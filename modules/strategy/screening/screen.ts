/** A strategy over a whole population: one DuckDB query from the indicator Parquet to a Parquet of decisions. */
import { nameLiteral, textLiteral, writeParquet } from '#platform/warehouse/index.ts';
import type { WarehouseSession } from '#platform/warehouse/index.ts';
import type { Strategy } from '../definition/strategy.ts';
import { sceneInputs, screenedInputs } from '../definition/strategy.ts';
import { StrategyError } from '../definition/strategy-error.ts';

export interface ScreenInput {
  strategy: Strategy;
  /** Indicator Parquet: person_id and one column an input. */
  indicators: string;
  asOf: string;
  out: string;
}

/**
 * Writes person_id, segment, outcome, limit_fen, rate_ppm, score, reasons, strategy_version, as_of, one row a person in the order of the
 * indicator file, whole or not at all. Answers the number of people.
 * @throws StrategyError when the indicator file lacks a column: a missing feed must never look like people about whom nothing is known.
 */
export async function screen(session: WarehouseSession, { strategy, indicators, asOf, out }: ScreenInput): Promise<number> {
  return writeParquet(session, await screenQuery(session, { strategy, indicators, asOf }), out);
}

export async function screenQuery(session: WarehouseSession, { strategy, indicators, asOf }: Omit<ScreenInput, 'out'>): Promise<string> {
  await refuseMissingColumns(session, strategy, indicators);
  const { answers } = strategy.definition.description;
  const typed: Record<keyof typeof answers, string> = {
    segment: '',
    outcome: '',
    limit_fen: '::bigint',
    rate_ppm: '::integer',
    score: '::integer',
    reasons: '',
  };
  const columns = (Object.keys(typed) as (keyof typeof answers)[]).map(
    (key) => `${nameLiteral(answers[key])}${typed[key]} as ${nameLiteral(key)}`,
  );
  const decided = strategy.compiled.toSql({
    decisions: Object.values(answers),
    from: sceneOf(strategy, indicators, asOf),
    keep: ['person_id'],
  });
  return `select person_id, ${columns.join(', ')}, ${textLiteral(strategy.version)} as strategy_version, date ${textLiteral(asOf)} as as_of
from (${decided})`;
}

/** The indicators with all the inputs of the model beside them: a relation for `toSql`. */
export function sceneOf(strategy: Strategy, indicators: string, asOf: string): string {
  return `(select *, ${sceneColumns(strategy, asOf)} from read_parquet(${textLiteral(indicators)}))`;
}

/** The day, the stage, and what only an applicant tells: unknown while screening. */
function sceneColumns(strategy: Strategy, asOf: string): string {
  const types: Record<string, string> = { number: 'double', string: 'varchar', boolean: 'boolean', date: 'date' };
  const typeOf = new Map(strategy.inputs.map((input) => [input.name, types[input.type.kind] ?? 'varchar']));
  const unknown = strategy.definition.description.application_inputs.map(
    (name) => `cast(null as ${typeOf.get(name) ?? 'varchar'}) as ${nameLiteral(name)}`,
  );
  return [`date ${textLiteral(asOf)} as ${sceneInputs[0]}`, `'screen' as ${sceneInputs[1]}`, ...unknown].join(', ');
}

async function refuseMissingColumns(session: WarehouseSession, strategy: Strategy, file: string): Promise<void> {
  const described = await session.rows<{ column_name: string }>(`describe select * from read_parquet(${textLiteral(file)})`);
  const present = new Set(described.map((row) => row.column_name));
  const missing = ['person_id', ...screenedInputs(strategy)].filter((name) => !present.has(name));
  if (missing.length === 0) return;
  const names = missing.join(', ');
  throw new StrategyError(
    { file, line: null },
    `指标文件缺少策略 ${strategy.name} 要读的列：${names}；请用当前指标目录重算`,
    `the indicator file lacks columns that ${strategy.name} reads: ${names}; compute it again with the present catalogue`,
  );
}
