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

/** A span of one day as milliseconds of the epoch, half-open. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The instant at which `seconds` of working time have passed since `at`, to the millisecond. Exactly at the end of a span it is that end, not the next
 * beginning.
 * @throws RangeError when no hours are worked, or the limit reaches beyond ten years.
 */
export function addWorkingSeconds(at: Temporal.Instant, seconds: number, hours: WorkingHours): Temporal.Instant {
  const start = at.epochMilliseconds;
  let left = Math.round(seconds * 1000);
  for (const span of spansFrom(at, hours)) {
    const from = Math.max(span.from, start);
    const length = span.to - from;
    if (length <= 0) continue;
    if (left <= length) return Temporal.Instant.fromEpochMilliseconds(from + left);
    left -= length;
  }
  throw new RangeError(`${seconds} seconds of working time do not pass within ${horizonDays} days`);
}

/** Working time between two instants in seconds; negative when `to` is before `from`. */
export function workingSecondsBetween(from: Temporal.Instant, to: Temporal.Instant, hours: WorkingHours): number {
  const begin = from.epochMilliseconds;
  const end = to.epochMilliseconds;
  if (end < begin) return 0 - workingSecondsBetween(to, from, hours);
  let sum = 0;
  for (const span of spansFrom(from, hours)) {
    if (span.from >= end) break;
    sum += Math.max(0, Math.min(span.to, end) - Math.max(span.from, begin));
  }
  return sum / 1000;
}

function* spansFrom(at: Temporal.Instant, hours: WorkingHours): Generator<Span> {
  const first = dayNumber(at.toZonedDateTimeISO(hours.zone).toPlainDate());
  for (let day = first; day < first + horizonDays; day += 1) yield* spansOf(day, hours);
}

/** Days that were asked for before. A list of tasks asks for the same few hundred again and again, and each costs a look into the rules of the zone. */
const known = new WeakMap<WorkingHours, Map<number, readonly Span[]>>();

function spansOf(day: number, hours: WorkingHours): readonly Span[] {
  const days = known.get(hours) ?? new Map<number, readonly Span[]>();
  known.set(hours, days);
  const spans = days.get(day) ?? readSpans(firstDay.add({ days: day }), hours);
  days.set(day, spans);
  return spans;
}

const readSpans = (date: Temporal.PlainDate, { zone, spans, days }: WorkingHours): Span[] =>
  isWorkingDay(date, days) ? spans.map(({ from, to }) => ({ from: momentOf(date, from, zone), to: momentOf(date, to, zone) })) : [];

const firstDay = Temporal.PlainDate.from('1970-01-01');
const dayNumber = (date: Temporal.PlainDate): number => firstDay.until(date).days;

const momentOf = (date: Temporal.PlainDate, time: string, zone: string): number =>
  date.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
