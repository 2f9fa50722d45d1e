import type { ArithmeticOperator } from '../syntax/tree.ts';
import { date, daysDuration, monthsDuration, number, string, type FeelType } from '../types.ts';
import { addMonths, civilOf, epochDay } from '../values/calendar.ts';
import type { CompiledForm } from './record.ts';

type Two = (left: number, right: number) => number | null;

function form(left: FeelType, right: FeelType, returns: FeelType, apply: Two, sql: (left: string, right: string) => string): CompiledForm {
  return { takes: [left, right], returns, apply, sql: ([a, b]) => sql(a ?? '', b ?? '') };
}

function addMonthsTo(day: number, months: number): number {
  return epochDay(addMonths(civilOf(day), months));
}

const secondsPerDay = 86_400;
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
const plus = (a: string, b: string): string => `(${a} + ${b})`;
const minus = (a: string, b: string): string => `(${a} - ${b})`;
const times = (a: string, b: string): string => `(${a} * ${b})`;
const quotient: Two = (a, b) => (b === 0 ? null : finite(a / b));
const over = (a: string, b: string): string => `(CASE WHEN ${b} <> 0 THEN ${a} / ${b} END)`;
const towardsZero: Two = (a, b) => (b === 0 ? null : Math.trunc(a / b) + 0);
const overTowardsZero = (a: string, b: string): string => `(CASE WHEN ${b} <> 0 THEN trunc(${a} / ${b}) + 0.0::DOUBLE END)`;
const shiftMonths = (day: string, months: string): string => `CAST(${day} + to_months(CAST(${months} AS INTEGER)) AS DATE)`;
const shiftDays = (day: string, seconds: string): string => `(${day} + CAST(floor(${seconds} / 86400.0::DOUBLE) AS INTEGER))`;

/** The typed forms of each arithmetic operator. Every one answers null when a side is null, and division by zero is null. */
export const operators: Readonly<Record<ArithmeticOperator, readonly CompiledForm[]>> = {
  '+': [
    form(number, number, number, (a, b) => finite(a + b), plus),
    { takes: [string, string], returns: string, apply: (a: string, b: string) => a + b, sql: ([a, b]) => `(${a} || ${b})` },
    form(monthsDuration, monthsDuration, monthsDuration, (a, b) => a + b, plus),
    form(daysDuration, daysDuration, daysDuration, (a, b) => a + b, plus),
    form(date, monthsDuration, date, addMonthsTo, shiftMonths),
    form(
      monthsDuration,
      date,
      date,
      (a, b) => addMonthsTo(b, a),
      (a, b) => shiftMonths(b, a),
    ),
    form(date, daysDuration, date, (a, b) => a + Math.floor(b / secondsPerDay), shiftDays),
    form(
      daysDuration,
      date,
      date,
      (a, b) => b + Math.floor(a / secondsPerDay),
      (a, b) => shiftDays(b, a),
    ),
  ],
  '-': [
    form(number, number, number, (a, b) => finite(a - b), minus),
    form(monthsDuration, monthsDuration, monthsDuration, (a, b) => a - b, minus),
    form(daysDuration, daysDuration, daysDuration, (a, b) => a - b, minus),
    form(
      date,
      date,
      daysDuration,
      (a, b) => (a - b) * secondsPerDay,
      (a, b) => `(CAST(${a} - ${b} AS DOUBLE) * 86400.0::DOUBLE)`,
    ),
    form(
      date,
      monthsDuration,
      date,
      (a, b) => addMonthsTo(a, -b),
      (a, b) => shiftMonths(a, `-${b}`),
    ),
    form(
      date,
      daysDuration,
      date,
      (a, b) => a + Math.floor(-b / secondsPerDay),
      (a, b) => shiftDays(a, `-${b}`),
    ),
  ],
  '*': [
    form(number, number, number, (a, b) => finite(a * b), times),
    form(
      monthsDuration,
      number,
      monthsDuration,
      (a, b) => Math.trunc(a * b) + 0,
      (a, b) => `(trunc(${a} * ${b}) + 0.0::DOUBLE)`,
    ),
    form(
      number,
      monthsDuration,
      monthsDuration,
      (a, b) => Math.trunc(a * b) + 0,
      (a, b) => `(trunc(${a} * ${b}) + 0.0::DOUBLE)`,
    ),
  ],
  '/': [
    form(number, number, number, quotient, over),
    form(monthsDuration, monthsDuration, number, quotient, over),
    form(daysDuration, daysDuration, number, quotient, over),
    form(monthsDuration, number, monthsDuration, towardsZero, overTowardsZero),
  ],
  '**': [],
};

/** Repeated multiplication, the same in every engine; `pow` is not (10 % of results differ in the last bit). */
export function wholePower(base: number, power: number): number {
  let product = base;
  for (let factor = 1; factor < power; factor += 1) product *= base;
  return product;
}

export const wholePowers: Readonly<Record<number, CompiledForm>> = Object.fromEntries(
  [2, 3, 4].map((power) => [
    power,
    {
      takes: [number],
      returns: number,
      apply: (base: number) => finite(wholePower(base, power)),
      sql: ([base]: readonly string[]) => `(${Array.from({ length: power }, () => base).join(' * ')})`,
    } satisfies CompiledForm,
  ]),
);

export const negation: readonly CompiledForm[] = [number, monthsDuration, daysDuration].map((type) => ({
  takes: [type],
  returns: type,
  apply: (value: number) => 0 - value,
  sql: ([value]: readonly string[]) => `(0.0::DOUBLE - ${value})`,
}));
