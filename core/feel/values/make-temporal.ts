/** The constructors `date()`, `time()`, `date and time()` and the durations between dates. */
import { wholeMonths } from './calendar.ts';
import { parseDate, parseDateTime, parseTime, validDate, validTime } from './parse-temporal.ts';
import { DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration, type FeelValue, type Zone } from './value.ts';

export function makeDate(args: readonly FeelValue[]): FeelValue {
  const [first, month, day] = args;
  if (args.length === 3)
    return typeof first === 'number' && typeof month === 'number' && typeof day === 'number'
      ? (validDate(first, month, day) ?? null)
      : null;
  if (args.length !== 1) return null;
  if (typeof first === 'string') return parseDate(first) ?? null;
  if (first instanceof FeelDateTime) return first.date;
  return first instanceof FeelDate ? first : null;
}

export function makeTime(args: readonly FeelValue[]): FeelValue {
  const [first, minute, second, offset] = args;
  if (args.length === 1) {
    if (typeof first === 'string') return parseTime(first) ?? null;
    if (first instanceof FeelDateTime) return first.time;
    if (first instanceof FeelDate) return new FeelTime(0, 0, 0, 0, { offset: 0 });
    return first instanceof FeelTime ? first : null;
  }
  if (args.length !== 3 && args.length !== 4) return null;
  return timeFromParts(first, minute, second, offset) ?? null;
}

function timeFromParts(hour?: FeelValue, minute?: FeelValue, second?: FeelValue, offset?: FeelValue): FeelTime | undefined {
  if (typeof hour !== 'number' || typeof minute !== 'number' || typeof second !== 'number') return undefined;
  const zone = zoneFrom(offset);
  if (!zone) return undefined;
  const whole = Math.floor(second);
  return validTime(hour, minute, whole, Math.round((second - whole) * 1e9), zone);
}

function zoneFrom(offset: FeelValue | undefined): Zone | undefined {
  if (offset === undefined || offset === null) return {};
  if (!(offset instanceof DaysDuration) || Math.abs(offset.seconds) > 18 * 3600) return undefined;
  return { offset: offset.seconds };
}

export function makeDateTime(args: readonly FeelValue[]): FeelValue {
  const [first, second, third, hour, minute, seconds, offset] = args;
  if (args.length === 1) return dateTimeFrom(first);
  if (args.length === 2) {
    const date = first instanceof FeelDateTime ? first.date : first;
    return date instanceof FeelDate && second instanceof FeelTime ? new FeelDateTime(date, second) : null;
  }
  if (args.length < 6 || args.length > 7) return null;
  const date = makeDate([first ?? null, second ?? null, third ?? null]);
  const time = timeFromParts(hour, minute, seconds, offset);
  return date instanceof FeelDate && time ? new FeelDateTime(date, time) : null;
}

function dateTimeFrom(value: FeelValue | undefined): FeelValue {
  if (value instanceof FeelDateTime) return value;
  if (value instanceof FeelDate) return new FeelDateTime(value, new FeelTime(0, 0, 0));
  if (typeof value !== 'string') return null;
  const date = parseDate(value);
  return date ? new FeelDateTime(date, new FeelTime(0, 0, 0)) : (parseDateTime(value) ?? null);
}

export function durationBetween(from: FeelDate | FeelDateTime, to: FeelDate | FeelDateTime): MonthsDuration {
  const day = (at: FeelDate | FeelDateTime): FeelDate => (at instanceof FeelDateTime ? at.date : at);
  return new MonthsDuration(wholeMonths(day(from), day(to)));
}
