/** Which consent a question may rest on. Pure. */

export interface Consent {
  consentId: bigint;
  purpose: string;
  source: string;
  isSeparate: boolean;
  givenAt: Temporal.Instant;
  validUntil: Temporal.Instant | null;
  withdrawnAt: Temporal.Instant | null;
  usedAt: Temporal.Instant | null;
}

export type ConsentState = 'effective' | 'not_yet' | 'withdrawn' | 'expired' | 'used';

/** Withdrawal counts from its very instant; so does the end. */
export function stateOf(consent: Omit<Consent, 'consentId' | 'purpose' | 'source' | 'isSeparate'>, at: Temporal.Instant): ConsentState {
  const hasCome = (instant: Temporal.Instant | null): boolean => instant !== null && Temporal.Instant.compare(instant, at) <= 0;
  if (!hasCome(consent.givenAt)) return 'not_yet';
  if (hasCome(consent.withdrawnAt)) return 'withdrawn';
  if (hasCome(consent.validUntil)) return 'expired';
  return consent.usedAt === null ? 'effective' : 'used';
}

export type ConsentRefusal =
  | 'no_consent'
  | 'purpose_not_covered'
  | 'separate_consent_missing'
  | 'consent_withdrawn'
  | 'consent_expired'
  | 'consent_used';

export interface ConsentNeed {
  source: string;
  purpose: string;
  /** The source is sensitive: only a consent given apart counts. */
  isSensitive: boolean;
}

/** The newest consent that counts at this instant, else the first thing that is wrong, in the order a person would mend it. */
export function consentFor(all: readonly Consent[], need: ConsentNeed, at: Temporal.Instant): Consent | ConsentRefusal {
  const given = all.filter((one) => one.source === need.source && stateOf(one, at) !== 'not_yet');
  if (given.length === 0) return 'no_consent';
  const covering = given.filter((one) => one.purpose === need.purpose);
  if (covering.length === 0) return 'purpose_not_covered';
  const fit = covering.filter((one) => one.isSeparate || !need.isSensitive);
  if (fit.length === 0) return 'separate_consent_missing';
  const newestFirst = fit.toSorted((a, b) => Temporal.Instant.compare(b.givenAt, a.givenAt) || Number(b.consentId - a.consentId));
  const effective = newestFirst.find((one) => stateOf(one, at) === 'effective');
  return effective ?? refusalOf(newestFirst, at);
}

function refusalOf(newestFirst: readonly Consent[], at: Temporal.Instant): ConsentRefusal {
  const [newest] = newestFirst;
  const state = newest === undefined ? null : stateOf(newest, at);
  if (state === 'withdrawn') return 'consent_withdrawn';
  return state === 'expired' ? 'consent_expired' : 'consent_used';
}
