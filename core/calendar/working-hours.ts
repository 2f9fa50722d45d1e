import { isWorkingDay } from './working-days.ts';
import type { WorkingDays } from './working-days.ts';

/** When people are at work: half-open spans of a working day in the wall-clock time of `zone`, in order and apart (`08:30`–`11:30`, `14:00`–`17:30`). */
export interface WorkingHours {
  readonly zone: string;
  readonly spans: readonly { readonly from: string; readonly to: string }[];
  readonly days: WorkingDays;
}

/** A time limit never runs over more days than this; a calendar without a working day would never end. */
const horizonDays = 3_660;

/**
 * The instant at which `seconds` of working time have passed since `at`. Exactly at the end of a span it is that end, not the next beginning.
 * @throws RangeError when no hours are worked, or the limit reaches beyond ten years.
 */
export function addWorkingSeconds(at: Temporal.Instant, seconds: number, hours: WorkingHours): Temporal.Instant {
  let left = seconds;
  for (const span of spansFrom(at, hours)) {
    const from = Temporal.Instant.compare(span.from, at) < 0 ? at : span.from;
    const length = secondsBetween(from, span.to);
    if (length <= 0) continue;
    if (left <= length) return from.add({ milliseconds: Math.round(left * 1000) });
    left -= length;
  }
  throw new RangeError(`${seconds} seconds of working time do not pass within ${horizonDays} days`);
}

/** Working time between two instants in seconds; negative when `to` is before `from`. */
export function workingSecondsBetween(from: Temporal.Instant, to: Temporal.Instant, hours: WorkingHours): number {
  if (Temporal.Instant.compare(to, from) < 0) return -workingSecondsBetween(to, from, hours);
  let sum = 0;
  for (const span of spansFrom(from, hours)) {
    if (Temporal.Instant.compare(span.from, to) >= 0) break;
    const begin = Temporal.Instant.compare(span.from, from) < 0 ? from : span.from;
    const end = Temporal.Instant.compare(span.to, to) > 0 ? to : span.to;
    sum += Math.max(0, secondsBetween(begin, end));
  }
  return sum;
}

function* spansFrom(
  at: Temporal.Instant,
  { zone, spans, days }: WorkingHours,
): Generator<{ from: Temporal.Instant; to: Temporal.Instant }> {
  let date = at.toZonedDateTimeISO(zone).toPlainDate();
  for (let day = 0; day < horizonDays; day += 1, date = date.add({ days: 1 })) {
    if (!isWorkingDay(date, days)) continue;
    for (const span of spans) yield { from: instantOf(date, span.from, zone), to: instantOf(date, span.to, zone) };
  }
}

const instantOf = (date: Temporal.PlainDate, time: string, zone: string): Temporal.Instant =>
  date.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).toInstant();

const secondsBetween = (from: Temporal.Instant, to: Temporal.Instant): number => (to.epochMilliseconds - from.epochMilliseconds) / 1000;
