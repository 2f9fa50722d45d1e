import { date, monthsDuration, number, string } from '../types.ts';
import { civilOf, epochDay, wholeMonths, weekdayOf } from '../values/calendar.ts';
import { durationBetween, makeDate, makeDateTime, makeTime } from '../values/make-temporal.ts';
import { parseDuration } from '../values/parse-temporal.ts';
import { FeelDate, FeelDateTime, type FeelValue } from '../values/value.ts';
import { type Builtin, type CompiledForm, structural, unsupported } from './record.ts';

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const clock = unsupported('“今天”须作为输入给出，决策才能重放', '"today" must be an input, so that a decision can be replayed');
const timesOutside = unsupported('时刻不在可编译范围', 'times of day are outside the profile');

/** DuckDB's `datesub` takes the last day of a month for a whole month more than FEEL does, so the parts are written out. */
function wholeMonthsSql(from: string, to: string): string {
  const span = `((year(${to}) - year(${from})) * 12 + month(${to}) - month(${from}))`;
  return `CAST(${span} - CASE WHEN ${span} > 0 AND day(${to}) < day(${from}) THEN 1 WHEN ${span} < 0 AND day(${to}) > day(${from}) THEN -1 ELSE 0 END AS DOUBLE)`;
}

function onDate(name: string, evaluate: (day: FeelDate) => FeelValue, compiled: Builtin['compiled']): Builtin {
  return {
    name,
    params: [['date']],
    evaluate: ([value, ...rest]) => {
      if (rest.length > 0) return null;
      if (value instanceof FeelDate) return evaluate(value);
      return value instanceof FeelDateTime ? evaluate(value.date) : null;
    },
    compiled,
  };
}

function dayOfYear(day: number): number {
  return day - epochDay({ year: civilOf(day).year, month: 1, day: 1 }) + 1;
}

/** ISO 8601: week 1 holds the year's first Thursday. */
function weekOfYear(day: number): number {
  const thursday = day - weekdayOf(day) + 4;
  return Math.floor((dayOfYear(thursday) - 1) / 7) + 1;
}

function dateForm(returns: CompiledForm['returns'], apply: (day: number) => number | string, sql: (day: string) => string): CompiledForm[] {
  return [{ takes: [date], returns, apply, sql: ([day]) => sql(day ?? '') }];
}

const nameList = (names: readonly string[]): string => `[${names.map((name) => `'${name}'`).join(', ')}]`;

export const dateBuiltins: readonly Builtin[] = [
  { name: 'date', params: [['from'], ['year', 'month', 'day']], evaluate: makeDate, compiled: structural },
  {
    name: 'time',
    params: [['from'], ['hour', 'minute', 'second', 'offset'], ['hour', 'minute', 'second']],
    evaluate: makeTime,
    compiled: timesOutside,
  },
  {
    name: 'date and time',
    params: [
      ['from'],
      ['date', 'time'],
      ['year', 'month', 'day', 'hour', 'minute', 'second', 'offset'],
      ['year', 'month', 'day', 'hour', 'minute', 'second'],
    ],
    evaluate: makeDateTime,
    compiled: timesOutside,
  },
  {
    name: 'duration',
    params: [['from']],
    evaluate: ([text, ...rest]) => (typeof text === 'string' && rest.length === 0 ? (parseDuration(text) ?? null) : null),
    compiled: structural,
  },
  {
    name: 'years and months duration',
    params: [['from', 'to']],
    evaluate: ([from, to, ...rest]) => {
      const [start, end] = [civil(from), civil(to)];
      return start && end && rest.length === 0 ? durationBetween(start, end) : null;
    },
    compiled: [
      {
        takes: [date, date],
        returns: monthsDuration,
        apply: (from: number, to: number) => wholeMonths(civilOf(from), civilOf(to)),
        sql: ([from, to]) => wholeMonthsSql(from ?? '', to ?? ''),
      },
    ],
  },
  onDate(
    'day of week',
    (day) => weekdays[weekdayOf(day.epochDay) - 1] ?? null,
    dateForm(
      string,
      (day) => weekdays[weekdayOf(day) - 1] ?? '',
      (day) => `${nameList(weekdays)}[isodow(${day})]`,
    ),
  ),
  onDate(
    'month of year',
    (day) => months[day.month - 1] ?? null,
    dateForm(
      string,
      (day) => months[civilOf(day).month - 1] ?? '',
      (day) => `${nameList(months)}[month(${day})]`,
    ),
  ),
  onDate(
    'day of year',
    (day) => dayOfYear(day.epochDay),
    dateForm(number, dayOfYear, (day) => `CAST(dayofyear(${day}) AS DOUBLE)`),
  ),
  onDate(
    'week of year',
    (day) => weekOfYear(day.epochDay),
    dateForm(number, weekOfYear, (day) => `CAST(week(${day}) AS DOUBLE)`),
  ),
  { name: 'today', params: [[]], evaluate: () => null, compiled: clock },
  { name: 'now', params: [[]], evaluate: () => null, compiled: clock },
];

function civil(value: FeelValue | undefined): FeelDate | FeelDateTime | undefined {
  return value instanceof FeelDate || value instanceof FeelDateTime ? value : undefined;
}
