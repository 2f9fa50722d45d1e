/** Wrong passwords in a row and what they lead to. GB/T 22239 (level 3) asks for a limit on failed sign-ins. */
export interface Attempts {
  failures: number;
  lockedUntil: Temporal.Instant | null;
}

const allowed = 5;
const longestMinutes = 60;

export const isLocked = ({ lockedUntil }: Attempts, now: Temporal.Instant): boolean =>
  lockedUntil !== null && Temporal.Instant.compare(now, lockedUntil) < 0;

/** The fifth failure locks for one minute, each further one for twice as long, at most an hour. */
export function afterFailure(attempts: Attempts, now: Temporal.Instant): Attempts {
  const failures = attempts.failures + 1;
  if (failures < allowed) return { failures, lockedUntil: null };
  const minutes = Math.min(longestMinutes, 2 ** Math.min(failures - allowed, 10));
  return { failures, lockedUntil: now.add({ minutes }) };
}
