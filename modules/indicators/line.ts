/** All values of a person in one text: values in the order of the run's codes, `|` between, nothing = UNKNOWN. Numbers and dates as written, flags 1 and 0. */
import { nameLiteral } from '#platform/warehouse/index.ts';
import type { IndicatorType } from './contract.ts';
import type { Indicator } from './indicator.ts';

export type Value = string | number | boolean | null;

const separator = '|';

/** DuckDB expression that writes the line. */
export function lineSql(indicators: readonly Indicator[]): string {
  const parts = indicators.map(({ definition, type }) => {
    const column = nameLiteral(definition.code);
    if (type === 'flag') return `coalesce(CAST(CAST(${column} AS TINYINT) AS VARCHAR), '')`;
    // Values without a list come from text columns; a separator in one would shift what follows.
    if (type === 'code' && definition.values === null) return `coalesce(replace(${column}, '${separator}', ' '), '')`;
    return `coalesce(CAST(${column} AS VARCHAR), '')`;
  });
  return parts.join(` || '${separator}' || `);
}

/** Money as fen in a decimal string, other numbers as numbers. */
export function valueIn(text: string, type: IndicatorType): Value {
  if (text === '') return null;
  if (type === 'flag') return text === '1';
  return type === 'integer' || type === 'decimal' || type === 'ratio' ? Number(text) : text;
}

/** Throws when the line does not have one value a code. */
export function readLine(line: string, codes: readonly string[], typeOf: (code: string) => IndicatorType | undefined): Map<string, Value> {
  const texts = line.split(separator);
  if (texts.length !== codes.length) throw new Error(`a line of ${texts.length} values where the run has ${codes.length} codes`);
  return new Map(codes.map((code, index) => [code, valueIn(texts[index] ?? '', typeOf(code) ?? 'code')]));
}
