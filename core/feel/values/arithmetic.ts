/** FEEL arithmetic over any values (DMN 1.5, 10.3.2.3.4). What has no meaning is null. */
import type { ArithmeticOperator } from '../syntax/tree.ts';
import { wholePower } from '../builtins/operators.ts';
import { addMonths, epochDay } from './calendar.ts';
import { instantNanos, offsetOf, timeNanos } from './instants.ts';
import { DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration, type FeelValue } from './value.ts';

const nanosPerDay = 86_400_000_000_000n;
const nanosPerSecond = 1_000_000_000n;

export function calculate(operator: ArithmeticOperator, left: FeelValue, right: FeelValue): FeelValue {
  if (left === null || right === null) return null;
  switch (operator) {
    case '+':
      return add(left, right);
    case '-':
      return subtract(left, right);
    case '*':
      return multiply(left, right);
    case '/':
      return divide(left, right);
    case '**':
      return typeof left === 'number' && typeof right === 'number' ? finite(power(left, right)) : null;
  }
}

/** Small whole powers are products, which every engine gives to the last bit. */
function power(base: number, exponent: number): number {
  return [2, 3, 4].includes(exponent) ? wholePower(base, exponent) : base ** exponent;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function add(left: FeelValue, right: FeelValue): FeelValue {
  if (typeof left === 'number' && typeof right === 'number') return finite(left + right);
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (left instanceof MonthsDuration && right instanceof MonthsDuration) return new MonthsDuration(left.months + right.months);
  if (left instanceof DaysDuration && right instanceof DaysDuration) return new DaysDuration(left.nanos + right.nanos);
  if (isDuration(left) && !isDuration(right)) return shift(right, left, 1);
  return isDuration(right) ? shift(left, right, 1) : null;
}

function subtract(left: FeelValue, right: FeelValue): FeelValue {
  if (typeof left === 'number' && typeof right === 'number') return finite(left - right);
  if (left instanceof MonthsDuration && right instanceof MonthsDuration) return new MonthsDuration(left.months - right.months);
  if (left instanceof DaysDuration && right instanceof DaysDuration) return new DaysDuration(left.nanos - right.nanos);
  if (left instanceof FeelTime && right instanceof FeelTime)
    return hasZone(left) === hasZone(right) ? new DaysDuration(timeNanos(left) - timeNanos(right)) : null;
  if (isMoment(left) && isMoment(right)) return difference(left, right);
  return isDuration(right) ? shift(left, right, -1) : null;
}

function hasZone(time: FeelTime): boolean {
  return time.zone.offset !== undefined || time.zone.name !== undefined;
}

/** A date stands for its midnight in UTC, so it has no distance from a date-time without a zone. */
function difference(left: FeelDate | FeelDateTime, right: FeelDate | FeelDateTime): FeelValue {
  const zoned = [left, right].some((each) => each instanceof FeelDateTime && offsetOf(each) !== undefined);
  const bare = [left, right].some((each) => each instanceof FeelDate);
  const local = [left, right].some((each) => each instanceof FeelDateTime && offsetOf(each) === undefined);
  if ((zoned || bare) && local) return null;
  return new DaysDuration(nanosOf(left) - nanosOf(right));
}

function nanosOf(at: FeelDate | FeelDateTime): bigint {
  return at instanceof FeelDate ? BigInt(at.epochDay) * nanosPerDay : instantNanos(at);
}

function isMoment(value: FeelValue): value is FeelDate | FeelDateTime {
  return value instanceof FeelDate || value instanceof FeelDateTime;
}

export function isDuration(value: FeelValue): value is MonthsDuration | DaysDuration {
  return value instanceof MonthsDuration || value instanceof DaysDuration;
}

function shift(value: FeelValue, by: MonthsDuration | DaysDuration, direction: 1 | -1): FeelValue {
  if (by instanceof MonthsDuration) {
    if (value instanceof FeelDate) return shiftMonths(value, by.months * direction);
    return value instanceof FeelDateTime ? new FeelDateTime(shiftMonths(value.date, by.months * direction), value.time) : null;
  }
  const nanos = by.nanos * BigInt(direction);
  if (value instanceof FeelDate) return FeelDate.ofEpochDay(Number(floorDivide(BigInt(value.epochDay) * nanosPerDay + nanos, nanosPerDay)));
  if (value instanceof FeelTime) return clockAt(modulo(localNanos(value) + nanos, nanosPerDay), value);
  if (!(value instanceof FeelDateTime)) return null;
  const total = BigInt(epochDay(value.date)) * nanosPerDay + localNanos(value.time) + nanos;
  return new FeelDateTime(FeelDate.ofEpochDay(Number(floorDivide(total, nanosPerDay))), clockAt(modulo(total, nanosPerDay), value.time));
}

function shiftMonths(date: FeelDate, months: number): FeelDate {
  const { year, month, day } = addMonths(date, months);
  return new FeelDate(year, month, day);
}

function localNanos(time: FeelTime): bigint {
  return BigInt(time.secondOfDay) * nanosPerSecond + BigInt(time.nano);
}

function clockAt(nanos: bigint, like: FeelTime): FeelTime {
  const seconds = Number(nanos / nanosPerSecond);
  return new FeelTime(Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, Number(nanos % nanosPerSecond), like.zone);
}

function floorDivide(value: bigint, by: bigint): bigint {
  return (value - modulo(value, by)) / by;
}

function modulo(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by;
}

function multiply(left: FeelValue, right: FeelValue): FeelValue {
  if (typeof left === 'number' && typeof right === 'number') return finite(left * right);
  if (typeof left === 'number' && isDuration(right)) return scale(right, left);
  return isDuration(left) && typeof right === 'number' ? scale(left, right) : null;
}

function scale(duration: MonthsDuration | DaysDuration, by: number): FeelValue {
  if (duration instanceof MonthsDuration) return new MonthsDuration(Math.trunc(duration.months * by) + 0);
  if (Number.isInteger(by)) return new DaysDuration(duration.nanos * BigInt(by));
  return DaysDuration.ofSeconds(duration.seconds * by);
}

function divide(left: FeelValue, right: FeelValue): FeelValue {
  if (typeof left === 'number' && typeof right === 'number') return right === 0 ? null : finite(left / right);
  if (left instanceof MonthsDuration && right instanceof MonthsDuration) return right.months === 0 ? null : left.months / right.months;
  if (left instanceof DaysDuration && right instanceof DaysDuration) return right.nanos === 0n ? null : left.seconds / right.seconds;
  if (!isDuration(left) || typeof right !== 'number' || right === 0) return null;
  if (left instanceof MonthsDuration) return new MonthsDuration(Math.trunc(left.months / right) + 0);
  return DaysDuration.ofSeconds(left.seconds / right);
}

export function negate(value: FeelValue): FeelValue {
  if (typeof value === 'number') return 0 - value;
  if (value instanceof MonthsDuration) return new MonthsDuration(0 - value.months);
  return value instanceof DaysDuration ? new DaysDuration(-value.nanos) : null;
}
