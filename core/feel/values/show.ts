/** `string(value)`: how FEEL writes values (DMN 1.5, table 72). */
import {
  DaysDuration,
  FeelDate,
  FeelDateTime,
  FeelFunction,
  FeelRange,
  FeelTime,
  isList,
  MonthsDuration,
  type FeelValue,
} from './value.ts';

export function show(value: FeelValue): string {
  if (typeof value === 'string') return value;
  return showInside(value);
}

function showInside(value: FeelValue | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  if (isPlain(value)) return value.toString();
  if (isList(value)) return `[${value.map(showInside).join(', ')}]`;
  if (value instanceof FeelRange) return showRange(value);
  if (value instanceof FeelFunction) return `function(${value.params.join(', ')})`;
  return `{${Object.entries(value)
    .map(([name, entry]) => `${keyText(name)}: ${showInside(entry)}`)
    .join(', ')}}`;
}

function isPlain(value: FeelValue): value is FeelDate | FeelTime | FeelDateTime | MonthsDuration | DaysDuration {
  return [FeelDate, FeelTime, FeelDateTime, MonthsDuration, DaysDuration].some((kind) => value instanceof kind);
}

function keyText(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_ ]*$/u.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

function showRange(range: FeelRange): string {
  if (range.equality) return `${range.equality} ${showInside(range.low)}`;
  if (range.low === undefined) return `${range.highClosed ? '<=' : '<'} ${showInside(range.high)}`;
  if (range.high === undefined) return `${range.lowClosed ? '>=' : '>'} ${showInside(range.low)}`;
  return `${range.lowClosed ? '[' : '('}${showInside(range.low)}..${showInside(range.high)}${range.highClosed ? ']' : ')'}`;
}

/** Plain digits, never an exponent. */
export function numberText(value: number): string {
  const written = String(value === 0 ? 0 : value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(written);
  if (!match) return written;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  const digits = whole + fraction;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${sign}${digits.padEnd(exponent + 1, '0')}`;
}
