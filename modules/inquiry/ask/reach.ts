/** Whether a question to a source would leave now, whoever it is about. Pure. */
import { bankTimeZone } from '#platform/clock/index.ts';
import type { Source } from '../sources/source-text.ts';
import type { Breaker } from './breaker.ts';
import type { HeldReason } from './judge.ts';

/** `ready`: asked like always · `trial`: the next question tries a source that was down · `shut`: none leaves. */
export type Reach = { readonly is: 'ready' | 'trial' } | { readonly is: 'shut'; readonly reason: HeldReason };

export function reachOf(
  source: Pick<Source, 'office_hours'>,
  { breaker, isConnected }: { breaker: Breaker; isConnected: boolean },
  now: Temporal.Instant,
): Reach {
  if (!isOfficeHour(source, now)) return { is: 'shut', reason: 'outside_hours' };
  if (!isConnected) return { is: 'shut', reason: 'not_connected' };
  if (breaker.state === 'closed') return { is: 'ready' };
  return now.epochMilliseconds < (breaker.until ?? 0) ? { is: 'shut', reason: 'breaker_open' } : { is: 'trial' };
}

export function isOfficeHour({ office_hours: hours }: Pick<Source, 'office_hours'>, now: Temporal.Instant): boolean {
  if (hours === null) return true;
  const time = now.toZonedDateTimeISO(bankTimeZone).toPlainTime().toString({ smallestUnit: 'minute' });
  return hours.from <= time && time < hours.to;
}
