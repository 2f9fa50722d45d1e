/** What `value.name` reads (DMN 1.5, tables 53, 65 and 66). */
import { canonicalName } from '../syntax/names.ts';
import { weekdayOf } from './calendar.ts';
import { offsetOf } from './instants.ts';
import {
  DaysDuration,
  FeelDate,
  FeelDateTime,
  FeelRange,
  FeelTime,
  isContext,
  isList,
  MonthsDuration,
  type FeelContext,
  type FeelValue,
} from './value.ts';

export function member(value: FeelValue, name: string): FeelValue {
  if (isList(value)) return value.map((item) => member(item, name));
  if (isContext(value)) return entryOf(value, name) ?? null;
  if (value instanceof FeelDate) return dateMember(value, name);
  if (value instanceof FeelTime) return timeMember(value, name, value.zone.offset);
  if (value instanceof FeelDateTime) return dateMember(value.date, name) ?? timeMember(value.time, name, offsetOf(value));
  if (value instanceof MonthsDuration) return monthsMember(value, name);
  if (value instanceof DaysDuration) return daysMember(value, name);
  return value instanceof FeelRange ? rangeMember(value, name) : null;
}

/** Undefined when there is no such entry. */
export function entryOf(context: FeelContext, name: string): FeelValue | undefined {
  if (Object.hasOwn(context, name)) return context[name];
  const wanted = canonicalName(name);
  const key = Object.keys(context).find((each) => canonicalName(each) === wanted);
  return key === undefined ? undefined : context[key];
}

function dateMember(date: FeelDate, name: string): FeelValue {
  switch (name) {
    case 'year':
      return date.year;
    case 'month':
      return date.month;
    case 'day':
      return date.day;
    case 'weekday':
      return weekdayOf(date.epochDay);
    default:
      return null;
  }
}

function timeMember(time: FeelTime, name: string, offset: number | undefined): FeelValue {
  switch (name) {
    case 'hour':
      return time.hour;
    case 'minute':
      return time.minute;
    case 'second':
      return time.second + time.nano / 1e9;
    case 'time offset':
      return offset === undefined ? null : DaysDuration.ofSeconds(offset);
    case 'timezone':
      return time.zone.name ?? null;
    default:
      return null;
  }
}

function monthsMember(duration: MonthsDuration, name: string): FeelValue {
  if (name === 'years') return Math.trunc(duration.months / 12) + 0;
  return name === 'months' ? (duration.months % 12) + 0 : null;
}

function daysMember(duration: DaysDuration, name: string): FeelValue {
  const seconds = duration.nanos / 1_000_000_000n;
  switch (name) {
    case 'days':
      return Number(seconds / 86_400n);
    case 'hours':
      return Number((seconds / 3600n) % 24n);
    case 'minutes':
      return Number((seconds / 60n) % 60n);
    case 'seconds':
      return Number(seconds % 60n) + Number(duration.nanos % 1_000_000_000n) / 1e9;
    default:
      return null;
  }
}

function rangeMember(range: FeelRange, name: string): FeelValue {
  switch (name) {
    case 'start':
      return range.low ?? null;
    case 'end':
      return range.high ?? null;
    case 'start included':
      return range.lowClosed;
    case 'end included':
      return range.highClosed;
    default:
      return null;
  }
}
