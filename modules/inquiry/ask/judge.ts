/** What becomes of a question, from everything that is known when it is asked. Pure; the order is the order a person would mend things in. */
import type { Consent, ConsentRefusal } from '../consents/consent.ts';

/** Nothing is asked, and nothing is used again either. */
export const askRefusals = [
  'source_unknown',
  'purpose_not_allowed',
  'no_consent',
  'purpose_not_covered',
  'separate_consent_missing',
  'consent_withdrawn',
  'consent_expired',
  'consent_used',
  'quota_used',
] as const;
export type AskRefusal = (typeof askRefusals)[number];

/** Reasons of our own for which a question does not leave; those of the wire stand in `platform/wire`. */
export const heldReasons = ['outside_hours', 'not_connected', 'breaker_open', 'waited_in_vain'] as const;
export type HeldReason = (typeof heldReasons)[number];

export interface Standing {
  isKnown: boolean;
  isAllowedPurpose: boolean;
  consent: Consent | ConsentRefusal;
  /** A valid answer is there, and the consent that it was got with has not been withdrawn. */
  hasAnswer: boolean;
  /** That answer was got with the one consent there is, which answers no further question. */
  isAnswerOfUsedConsent: boolean;
  /** The same is being asked right now. */
  flight: 'none' | 'running' | 'failed_while_waiting';
  askedToday: number;
  quotaPerDay: number;
  isOfficeHour: boolean;
  isConnected: boolean;
  isBreakerOpen: boolean;
}

export type Verdict =
  | { kind: 'refuse'; code: AskRefusal }
  | { kind: 'reuse' }
  | { kind: 'wait' }
  | { kind: 'hold'; reason: HeldReason }
  | { kind: 'ask' };

export function judge(standing: Standing): Verdict {
  if (!standing.isKnown) return { kind: 'refuse', code: 'source_unknown' };
  if (!standing.isAllowedPurpose) return { kind: 'refuse', code: 'purpose_not_allowed' };
  const { consent } = standing;
  if (consent === 'consent_used' && standing.hasAnswer && standing.isAnswerOfUsedConsent) return { kind: 'reuse' };
  if (typeof consent === 'string') return { kind: 'refuse', code: consent };
  if (standing.hasAnswer) return { kind: 'reuse' };
  if (standing.flight === 'running') return { kind: 'wait' };
  if (standing.flight === 'failed_while_waiting') return { kind: 'hold', reason: 'waited_in_vain' };
  if (standing.askedToday >= standing.quotaPerDay) return { kind: 'refuse', code: 'quota_used' };
  if (!standing.isOfficeHour) return { kind: 'hold', reason: 'outside_hours' };
  if (!standing.isConnected) return { kind: 'hold', reason: 'not_connected' };
  return standing.isBreakerOpen ? { kind: 'hold', reason: 'breaker_open' } : { kind: 'ask' };
}
