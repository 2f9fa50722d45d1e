import { number, type FeelType } from '../types.ts';
import { maxScale, roundSql, roundTo, type RoundingMode } from '../values/rounding.ts';
import type { FeelValue } from '../values/value.ts';
import { DaysDuration, MonthsDuration, single } from '../values/value.ts';
import { type Builtin, type CompiledForm, unsupported } from './record.ts';

const isScale = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= maxScale;

interface NumericOptions {
  readonly sql: (args: readonly string[]) => string;
  readonly inexact?: boolean;
}

/** exp of more leaves the range of doubles. */
const largestExponent = 709.78;

/** A builtin over numbers alone: null or a wrong type gives null, and so does a result that is no finite number. */
function numeric(
  name: string,
  params: readonly string[],
  apply: (...args: number[]) => number | null,
  { sql, inexact }: NumericOptions,
): Builtin {
  const finite = (...args: number[]): number | null => {
    const value = apply(...args);
    return value !== null && Number.isFinite(value) ? value : null;
  };
  const form: CompiledForm = {
    takes: params.map((): FeelType => number),
    returns: number,
    apply: finite,
    sql,
    ...(inexact && { inexact }),
  };
  return {
    name,
    params: [params],
    evaluate: (given) => {
      const args = given.map(single);
      return args.length === params.length && args.every((arg) => typeof arg === 'number') ? finite(...args) : null;
    },
    compiled: [form],
  };
}

function rounding(name: string, mode: RoundingMode, scaled: boolean, whole: boolean): Builtin {
  const forms: CompiledForm[] = [];
  if (whole)
    forms.push({
      takes: [number],
      returns: number,
      apply: (value: number) => roundTo(value, 0, mode),
      sql: ([value]) => roundSql(value ?? '', 0, mode),
    });
  if (scaled) {
    forms.push({
      takes: [number, number],
      returns: number,
      literals: { 1: isScale },
      apply: (value: number, scale: number) => roundTo(value, scale, mode),
      sql: ([value], [, scale]) => roundSql(value ?? '', Number(scale), mode),
    });
  }
  const params = [...(scaled ? [['n', 'scale']] : []), ...(whole ? [['n']] : [])];
  return {
    name,
    params,
    evaluate: (args) => {
      const [value, scale] = args;
      if (typeof value !== 'number' || args.length > 2 || !params.some((each) => each.length === args.length)) return null;
      if (args.length === 1) return roundTo(value, 0, mode);
      if (typeof scale !== 'number' || scale < -6111 || scale > 6176) return null;
      return Math.abs(Math.trunc(scale)) <= 300 ? roundTo(value, Math.trunc(scale), mode) : scale > 0 ? value : 0;
    },
    compiled: forms,
  };
}

/** The remainder with the sign of the divisor: `modulo(-5, 3)` is 1. */
export function moduloOf(dividend: number, divisor: number): number | null {
  if (divisor === 0) return null;
  return dividend - divisor * Math.floor(dividend / divisor) + 0;
}

export function numberOf(value: FeelValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export const numberBuiltins: readonly Builtin[] = [
  rounding('decimal', 'half even', true, false),
  rounding('floor', 'floor', true, true),
  rounding('ceiling', 'ceiling', true, true),
  rounding('round up', 'up', true, false),
  rounding('round down', 'down', true, false),
  rounding('round half up', 'half up', true, false),
  rounding('round half down', 'half down', true, false),
  {
    ...numeric('abs', ['n'], (n) => Math.abs(n), { sql: ([n]) => `abs(${n})` }),
    evaluate: ([value, ...rest]) => {
      if (rest.length > 0) return null;
      if (typeof value === 'number') return Math.abs(value);
      if (value instanceof MonthsDuration) return new MonthsDuration(Math.abs(value.months));
      if (value instanceof DaysDuration) return new DaysDuration(value.nanos < 0n ? -value.nanos : value.nanos);
      return null;
    },
  },
  numeric('modulo', ['dividend', 'divisor'], moduloOf, {
    sql: ([n, d]) => `(CASE WHEN ${d} <> 0 AND isfinite(${n} / ${d}) THEN ${n} - ${d} * floor(${n} / ${d}) + 0.0::DOUBLE END)`,
  }),
  numeric('sqrt', ['number'], (n) => (n < 0 ? null : Math.sqrt(n)), { sql: ([n]) => `(CASE WHEN ${n} >= 0 THEN sqrt(${n}) END)` }),
  numeric('exp', ['number'], (n) => (n <= largestExponent ? Math.exp(n) : null), {
    sql: ([n]) => `(CASE WHEN ${n} <= ${largestExponent}::DOUBLE THEN exp(${n}) END)`,
    inexact: true,
  }),
  numeric('log', ['number'], (n) => (n <= 0 ? null : Math.log(n)), {
    sql: ([n]) => `(CASE WHEN ${n} > 0 THEN ln(${n}) END)`,
    inexact: true,
  }),
  parity('odd', 1),
  parity('even', 0),
  {
    name: 'random number',
    params: [[]],
    evaluate: () => null,
    compiled: unsupported('结果每次不同，决策不可重放', 'it gives another answer each time, so a decision could not be replayed'),
  },
];

function parity(name: string, rest: 0 | 1): Builtin {
  const holds = (n: number): boolean => Math.abs(n % 2) === rest;
  return {
    name,
    params: [['number']],
    evaluate: ([value, ...more]) => (typeof value === 'number' && more.length === 0 ? holds(value) : null),
    compiled: [
      { takes: [number], returns: { kind: 'boolean' }, apply: holds, sql: ([n]) => `(abs(${n} % 2.0::DOUBLE) = ${rest}.0::DOUBLE)` },
    ],
  };
}
