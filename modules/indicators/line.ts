/** All values of a person in one text: every value of the run's codes in order, each after a `|`; nothing = UNKNOWN. Numbers and dates as written, flags 1 and 0. */
import { nameLiteral } from '#platform/warehouse/index.ts';
import type { IndicatorType } from './contract.ts';
import type { Indicator } from './indicator.ts';

export type Value = string | number | boolean | null;

const separator = '|';

/**
 * What DuckDB's CSV writer needs to write a line after the given first column: the separator between columns does the joining. Joining 168
 * texts with `||` was measured at six times the cost.
 */
export const lineFormat = `format csv, header false, delimiter '${separator}', quote '', escape '', nullstr ''`;
export function lineColumns(indicators: readonly Indicator[]): string[] {
  return indicators.map(({ definition, type }) => {
    const column = nameLiteral(definition.code);
    if (type === 'flag') return `CAST(${column} AS TINYINT)`;
    // Values without a list come from text columns; what stands between values or fields would shift those that follow.
    if (type === 'code' && definition.values === null) return `regexp_replace(${column}, '[|,"\\s]', '_', 'g')`;
    return column;
  });
}

/** Money as fen in a decimal string, other numbers as numbers. */
export function valueIn(text: string, type: IndicatorType): Value {
  if (text === '') return null;
  if (type === 'flag') return text === '1';
  return type === 'integer' || type === 'decimal' || type === 'ratio' ? Number(text) : text;
}

/** Throws when the line does not have one value a code. */
export function readLine(line: string, codes: readonly string[], typeOf: (code: string) => IndicatorType | undefined): Map<string, Value> {
  const texts = line.slice(separator.length).split(separator);
  if (texts.length !== codes.length) throw new Error(`a line of ${texts.length} values where the run has ${codes.length} codes`);
  return new Map(codes.map((code, index) => [code, valueIn(texts[index] ?? '', typeOf(code) ?? 'code')]));
}
