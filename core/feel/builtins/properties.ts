import { date, daysDuration, monthsDuration, number, type FeelType } from '../types.ts';
import { civilOf, weekdayOf } from '../values/calendar.ts';
import type { CompiledForm } from './record.ts';

function property(of: FeelType, apply: (value: number) => number, sql: (value: string) => string): CompiledForm {
  return { takes: [of], returns: number, apply, sql: ([value]) => `CAST(${sql(value ?? '')} AS DOUBLE)` };
}

const part = (seconds: number, size: number, limit: number): number => Math.trunc((seconds % limit) / size) + 0;

/** What `value.name` reads from dates and durations. */
export const properties: Readonly<Record<string, readonly CompiledForm[]>> = {
  year: [
    property(
      date,
      (day) => civilOf(day).year,
      (day) => `year(${day})`,
    ),
  ],
  month: [
    property(
      date,
      (day) => civilOf(day).month,
      (day) => `month(${day})`,
    ),
  ],
  day: [
    property(
      date,
      (day) => civilOf(day).day,
      (day) => `day(${day})`,
    ),
  ],
  weekday: [property(date, weekdayOf, (day) => `isodow(${day})`)],
  years: [
    property(
      monthsDuration,
      (months) => Math.trunc(months / 12) + 0,
      (months) => `trunc(${months} / 12.0::DOUBLE) + 0.0::DOUBLE`,
    ),
  ],
  months: [
    property(
      monthsDuration,
      (months) => (months % 12) + 0,
      (months) => `${months} % 12.0::DOUBLE + 0.0::DOUBLE`,
    ),
  ],
  days: [
    property(
      daysDuration,
      (seconds) => Math.trunc(seconds / 86_400) + 0,
      (seconds) => `trunc(${seconds} / 86400.0::DOUBLE) + 0.0::DOUBLE`,
    ),
  ],
  hours: [
    property(
      daysDuration,
      (seconds) => part(seconds, 3600, 86_400),
      (seconds) => partSql(seconds, 3600, 86_400),
    ),
  ],
  minutes: [
    property(
      daysDuration,
      (seconds) => part(seconds, 60, 3600),
      (seconds) => partSql(seconds, 60, 3600),
    ),
  ],
  seconds: [
    property(
      daysDuration,
      (seconds) => part(seconds, 1, 60),
      (seconds) => partSql(seconds, 1, 60),
    ),
  ],
};

function partSql(seconds: string, size: number, limit: number): string {
  return `trunc((${seconds} % ${limit}.0::DOUBLE) / ${size}.0::DOUBLE) + 0.0::DOUBLE`;
}
