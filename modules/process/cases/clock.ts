/** When a time limit of a process is over. Pure. */
import { addWorkingSeconds } from '#core/calendar/index.ts';
import type { WorkingHours } from '#core/calendar/index.ts';

/**
 * Seconds of working time in a limit: hours, minutes and seconds as they are; a day is the calendar's day of work. Weeks and longer are not limits of
 * a step: null, as anything that is no duration.
 */
export function workingSecondsOf(text: string, hours: WorkingHours): number | null {
  const kept = limits.get(hours) ?? new Map<string, number | null>();
  limits.set(hours, kept);
  const known = kept.get(text);
  if (known !== undefined) return known;
  const seconds = readLimit(text, hours);
  kept.set(text, seconds);
  return seconds;
}

/** The limits of the drawn steps, which come again with every task: as many as the definitions in use have. */
const limits = new WeakMap<WorkingHours, Map<string, number | null>>();

function readLimit(text: string, hours: WorkingHours): number | null {
  const duration = durationOf(text);
  if (!duration || duration.years || duration.months || duration.weeks) return null;
  return duration.days * secondsADay(hours) + duration.hours * 3600 + duration.minutes * 60 + duration.seconds;
}

/**
 * When a timer fires. A duration in days or longer runs by the calendar («14 天内有效»), one in hours or less by working time («4 个工作时»); an
 * instant is itself, a civil time is the bank's.
 */
export function timerDue(timer: { after: string; from: string } | { due: string }, hours: WorkingHours): Temporal.Instant {
  if ('due' in timer) return instantOf(timer.due, hours.zone);
  const from = Temporal.Instant.from(timer.from);
  const duration = durationOf(timer.after);
  if (!duration) throw new RangeError(`${timer.after} is no duration`);
  const isByCalendar = duration.years || duration.months || duration.weeks || duration.days;
  if (isByCalendar) return from.toZonedDateTimeISO(hours.zone).add(duration).toInstant();
  return addWorkingSeconds(from, duration.hours * 3600 + duration.minutes * 60 + duration.seconds, hours);
}

export const secondsADay = (hours: WorkingHours): number =>
  hours.spans.reduce((sum, { from, to }) => sum + Temporal.PlainTime.from(from).until(Temporal.PlainTime.from(to)).total('seconds'), 0);

function durationOf(text: string): Temporal.Duration | null {
  try {
    const duration = Temporal.Duration.from(text);
    return duration.sign < 0 ? null : duration;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function instantOf(text: string, zone: string): Temporal.Instant {
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})(?:\[.*\])?$/.test(text);
  if (hasZone) return Temporal.Instant.from(text.replace(/\[.*\]$/, ''));
  return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant();
}
