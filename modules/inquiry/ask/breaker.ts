/** Whether a source is asked at all, from how it answered of late. Pure; the row is shared by all servers. */

export interface Breaker {
  state: 'closed' | 'open' | 'half_open';
  failures: number;
  /** Instants in milliseconds. */
  failingSince: number | null;
  until: number | null;
}

export interface BreakerSettings {
  /** So many failures within so long open it for so long. */
  failures: number;
  withinMs: number;
  openMs: number;
  /** How long a question that tries an open breaker may take before it is taken for lost. */
  tryMs: number;
}

export const closed: Breaker = { state: 'closed', failures: 0, failingSince: null, until: null };

/** Null: not now. Else the breaker as it stands once the question has been let through: half open while one question tries. */
export function admit(breaker: Breaker, now: number, { tryMs }: BreakerSettings): Breaker | null {
  if (breaker.state === 'closed') return breaker;
  if (now < (breaker.until ?? 0)) return null;
  return { ...breaker, state: 'half_open', until: now + tryMs };
}

/** After a question: it reached the source, or it failed. */
export function settle(breaker: Breaker, hasReached: boolean, now: number, settings: BreakerSettings): Breaker {
  if (hasReached) return closed;
  if (breaker.state !== 'closed') return { ...breaker, state: 'open', until: now + settings.openMs };
  const isRunning = breaker.failingSince !== null && now - breaker.failingSince < settings.withinMs;
  const failures = isRunning ? breaker.failures + 1 : 1;
  const failingSince = isRunning ? breaker.failingSince : now;
  if (failures < settings.failures) return { state: 'closed', failures, failingSince, until: null };
  return { state: 'open', failures, failingSince, until: now + settings.openMs };
}

export const isSame = (a: Breaker, b: Breaker): boolean =>
  a.state === b.state && a.failures === b.failures && a.failingSince === b.failingSince && a.until === b.until;
