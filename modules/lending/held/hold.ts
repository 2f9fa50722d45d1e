/** What becomes of an application that waits for sources. Pure. */
import type { Reach } from '#modules/inquiry/index.ts';

/** Of `lending.yaml`: the first pause, which doubles up to the longest, how often, and for how long in all. */
export interface HeldSettings {
  readonly pause: string;
  readonly longest_pause: string;
  readonly tries: number;
  readonly for: string;
}

export interface Hold {
  readonly sources: readonly string[];
  readonly tries: number;
  readonly nextTry: Temporal.Instant;
  readonly givesUpAt: Temporal.Instant;
  readonly isShut: boolean;
}

/** Why nothing is asked any more, beside what `inquiry` refuses; then it is for people alone. */
export type LeftReason = 'tries_used' | 'time_over' | 'passed_on' | 'application_over';

export type Next =
  | { readonly do: 'ask'; readonly sources: readonly string[] }
  | { readonly do: 'wait' }
  | { readonly do: 'leave'; readonly reason: LeftReason };

/**
 * Whoever waits is asked about when its pause is over and a source lets questions through; at once when a source that was shut is well again. A source that
 * is only tried is tried by whose turn it is, so that many who wait do not crowd it.
 */
export function nextOf(hold: Hold, reach: ReadonlyMap<string, Reach>, settings: HeldSettings, now: Temporal.Instant): Next {
  if (Temporal.Instant.compare(now, hold.givesUpAt) >= 0) return { do: 'leave', reason: 'time_over' };
  if (hold.tries >= settings.tries) return { do: 'leave', reason: 'tries_used' };
  const isAt = (source: string, ...wanted: readonly Reach['is'][]): boolean => wanted.includes(reach.get(source)?.is ?? 'shut');
  const isDue = Temporal.Instant.compare(now, hold.nextTry) >= 0;
  const isWellAgain = hold.isShut && hold.sources.every((source) => isAt(source, 'ready'));
  const sources = hold.sources.filter((source) => isAt(source, 'ready', 'trial'));
  return (isDue || isWellAgain) && sources.length > 0 ? { do: 'ask', sources } : { do: 'wait' };
}

/** Until the next try, after so many. */
export function pauseAfter(tries: number, { pause, longest_pause: longest }: HeldSettings): Temporal.Duration {
  const [first, most] = [secondsOf(pause), secondsOf(longest)];
  return Temporal.Duration.from({ seconds: Math.min(most, first * 2 ** Math.min(tries, 20)) });
}

const secondsOf = (duration: string): number => Math.round(Temporal.Duration.from(duration).total('seconds'));

/** How one question ended. */
export interface Told {
  readonly source: string;
  readonly outcome: 'answered' | 'cached' | 'unavailable' | 'refused';
  /** Why not: of an unavailable or a refused one. */
  readonly why: string | null;
}

export interface Learned {
  readonly missing: readonly string[];
  readonly answered: readonly string[];
  /** Of those that were asked. */
  readonly why: string | null;
  /** What is missing may not be asked again today. */
  readonly isUsedUp: boolean;
  /** Nothing is missing: the machine decides on what it has learned, or people on what nobody may ask. */
  readonly end: { readonly state: 'answered' } | { readonly state: 'left'; readonly reason: string } | null;
}

/** A refusal is for good but for the day's quota: whom nobody may ask about is left to people, and with an answer from elsewhere to the machine. */
export function learn(hold: Pick<Hold, 'sources'> & { readonly answered: readonly string[] }, told: readonly Told[]): Learned {
  const isMissing = ({ outcome, why }: Told): boolean => outcome === 'unavailable' || why === 'quota_used';
  const asked = new Map(told.map((one) => [one.source, one]));
  const missing = hold.sources.filter((source) => {
    const one = asked.get(source);
    return one === undefined || isMissing(one);
  });
  const answered = [
    ...hold.answered,
    ...told.filter(({ outcome }) => outcome === 'answered' || outcome === 'cached').map(({ source }) => source),
  ];
  const why = told.findLast((one) => one.why !== null)?.why ?? null;
  const isUsedUp = missing.length > 0 && missing.every((source) => asked.get(source)?.why === 'quota_used');
  return { missing, answered, why, isUsedUp, end: endOf(missing, answered, why) };
}

function endOf(missing: readonly string[], answered: readonly string[], why: string | null): Learned['end'] {
  if (missing.length > 0) return null;
  return answered.length > 0 ? { state: 'answered' } : { state: 'left', reason: why ?? 'passed_on' };
}
