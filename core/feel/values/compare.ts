import { compareText } from './order.ts';
import { instantNanos, timeNanos } from './instants.ts';
import {
  DaysDuration,
  FeelDate,
  FeelDateTime,
  FeelFunction,
  FeelRange,
  FeelTime,
  isContext,
  isList,
  MonthsDuration,
  type FeelValue,
} from './value.ts';

/** −1, 0 or 1; undefined when the two have no order. */
export function order(left: FeelValue, right: FeelValue): -1 | 0 | 1 | undefined {
  if (typeof left === 'number' && typeof right === 'number') return sign(left - right);
  if (typeof left === 'string' && typeof right === 'string') return sign(compareText(left, right));
  if (left instanceof FeelDate && right instanceof FeelDate) return sign(left.epochDay - right.epochDay);
  if (left instanceof FeelTime && right instanceof FeelTime) return signOf(timeNanos(left), timeNanos(right));
  if (left instanceof FeelDateTime && right instanceof FeelDateTime) return signOf(instantNanos(left), instantNanos(right));
  if (left instanceof MonthsDuration && right instanceof MonthsDuration) return sign(left.months - right.months);
  if (left instanceof DaysDuration && right instanceof DaysDuration) return signOf(left.nanos, right.nanos);
  return undefined;
}

function sign(difference: number): -1 | 0 | 1 | undefined {
  if (Number.isNaN(difference)) return undefined;
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

function signOf(left: bigint | undefined, right: bigint | undefined): -1 | 0 | 1 | undefined {
  if (left === undefined || right === undefined) return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** FEEL `=`: null equals null only; different kinds have no answer, which is null. */
export function equal(left: FeelValue, right: FeelValue): boolean | null {
  if (left === null || right === null) return left === right;
  if (typeof left === 'boolean' && typeof right === 'boolean') return left === right;
  if (isList(left) && isList(right))
    return left.length === right.length && left.every((item, index) => equal(item, right[index] ?? null) === true);
  if (isContext(left) && isContext(right)) return sameContexts(left, right);
  if (left instanceof FeelRange && right instanceof FeelRange) return sameRanges(left, right);
  if (left instanceof FeelFunction && right instanceof FeelFunction) return left === right;
  if (left instanceof FeelTime && right instanceof FeelTime && hasZone(left) !== hasZone(right)) return false;
  const answer = order(wholeSecond(left), wholeSecond(right));
  return answer === undefined ? null : answer === 0;
}

/** Equality of times goes by hour, minute, second and offset; their order also by the fraction. */
function wholeSecond(value: FeelValue): FeelValue {
  if (value instanceof FeelTime) return new FeelTime(value.hour, value.minute, value.second, 0, value.zone);
  return value instanceof FeelDateTime ? new FeelDateTime(value.date, wholeSecond(value.time) as FeelTime) : value;
}

function hasZone(time: FeelTime): boolean {
  return time.zone.offset !== undefined || time.zone.name !== undefined;
}

function sameContexts(left: Readonly<Record<string, FeelValue>>, right: Readonly<Record<string, FeelValue>>): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => name in right && equal(left[name] ?? null, right[name] ?? null) === true)
  );
}

function sameRanges(left: FeelRange, right: FeelRange): boolean {
  const ends = (a: FeelValue | undefined, b: FeelValue | undefined): boolean =>
    a === undefined || b === undefined ? a === b : equal(a, b) === true;
  return (
    left.lowClosed === right.lowClosed &&
    left.highClosed === right.highClosed &&
    left.equality === right.equality &&
    ends(left.low, right.low) &&
    ends(left.high, right.high)
  );
}

/** Whether a value lies in an interval; null when they cannot be compared. */
export function within(value: FeelValue, range: FeelRange): boolean | null {
  if (range.equality !== undefined) {
    const same = equal(value, range.low ?? null);
    return range.equality === '=' ? same : same === null ? null : !same;
  }
  const low = range.low === undefined ? 1 : range.low === null ? undefined : order(value, range.low);
  const high = range.high === undefined ? -1 : range.high === null ? undefined : order(value, range.high);
  if (low === undefined || high === undefined) return null;
  return (low > 0 || (low === 0 && range.lowClosed)) && (high < 0 || (high === 0 && range.highClosed));
}
