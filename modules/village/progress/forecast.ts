/** When a target is reached if things go on as in the last six weeks. Pure; households are whole, weeks are seven days that end today. */
import type { Forecast } from './contract.ts';

export const paceWeeks = 6;
/** With fewer whole weeks than this there is no speed to speak of. */
const leastWeeks = 2;

/** Households a week: in the middle, and the quarter of weeks that went slowest and fastest. */
export interface Speed {
  readonly slow: number;
  readonly middle: number;
  readonly fast: number;
}

/** @param gains newest week first. Null: too early to say. */
export function speedOf(gains: readonly number[]): Speed | null {
  const weeks = gains.slice(0, paceWeeks).toSorted((one, other) => one - other);
  if (weeks.length < leastWeeks) return null;
  return { slow: quantile(weeks, 0.25), middle: quantile(weeks, 0.5), fast: quantile(weeks, 0.75) };
}

/** Between the two nearest where it falls between. */
function quantile(ascending: readonly number[], share: number): number {
  const place = (ascending.length - 1) * share;
  const below = ascending[Math.floor(place)] ?? 0;
  const above = ascending[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

export interface Course {
  /** How many have come so far, and of how many. */
  readonly reached: number;
  readonly whole: number;
  readonly targetPermille: number;
  readonly speed: Speed | null;
  /** Where the whole grows too: those granted, of whom some are to use what they were granted. */
  readonly wholeSpeed?: Speed | null;
}

/** Households that are still wanted. */
export const missingOf = ({ reached, whole, targetPermille }: Pick<Course, 'reached' | 'whole' | 'targetPermille'>): number =>
  Math.max(0, Math.ceil((whole * targetPermille) / 1000) - reached);

/** @param reachedOn the day on which the target was reached, when it was and that is known */
export function forecastOf(course: Course, today: string, reachedOn: string | null = null): Forecast {
  if (course.whole === 0) return { kind: 'nothing' };
  const missing = missingOf(course);
  if (missing === 0) return { kind: 'reached', on: reachedOn };
  if (course.speed === null) return { kind: 'too_early' };
  const on = (pace: number): Temporal.PlainDate | null => dayOf(missing, pace - growthOf(course), today);
  const expected = on(course.speed.middle);
  if (!expected) return { kind: 'standing' };
  const lastYear = Temporal.PlainDate.from(today).year + 1;
  if (expected.year > lastYear) return { kind: 'beyond', year: lastYear + 1 };
  const [earliest, latest] = [on(course.speed.fast), on(course.speed.slow)];
  return {
    kind: 'day',
    on: expected.toString(),
    earliest: (earliest ?? expected).toString(),
    // Further away than the year after this one says no more than that it is far.
    latest: latest && latest.year <= lastYear ? latest.toString() : null,
  };
}

/** By how much the number that is wanted grows a week. */
const growthOf = ({ targetPermille, wholeSpeed }: Course): number => ((wholeSpeed?.middle ?? 0) * targetPermille) / 1000;

/** A century is further than any project looks. */
const furthestDays = 36_500;

function dayOf(missing: number, perWeek: number, today: string): Temporal.PlainDate | null {
  if (perWeek <= 0) return null;
  return Temporal.PlainDate.from(today).add({ days: Math.min(furthestDays, Math.ceil((missing * 7) / perWeek)) });
}

/** What the share will be at a deadline: at the middle speed, and between which bounds. Null where it cannot be said, or the day has passed. */
export function shareAt(course: Course, today: string, deadline: string): { ppm: number; low_ppm: number; high_ppm: number } | null {
  const { reached, whole, speed } = course;
  const weeks = Temporal.PlainDate.from(today).until(deadline).days / 7;
  if (speed === null || whole === 0 || weeks < 0) return null;
  const wholeThen = whole + (course.wholeSpeed?.middle ?? 0) * weeks;
  const at = (pace: number): number => Math.floor(Math.min(1, (reached + pace * weeks) / wholeThen) * 1_000_000);
  return { ppm: at(speed.middle), low_ppm: at(speed.slow), high_ppm: at(speed.fast) };
}
