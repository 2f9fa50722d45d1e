/** What stands in the way of a signature. Pure. */
import { capsInForce } from '#core/product/index.ts';
import type { Terms } from '#core/product/index.ts';
import type { OfferRow } from '../offers/store.ts';
import type { PortalRefusalCode } from '../portal/contract.ts';
import type { ContractRow, PaperRow } from './store.ts';

export interface Signing {
  readonly contract: Pick<ContractRow, 'needs_spouse' | 'needs_recording' | 'spouse_sealed'>;
  readonly papers: readonly Pick<PaperRow, 'name' | 'confirmed_at'>[];
  readonly offer: Pick<OfferRow, 'valid_until' | 'limit_fen'> & { readonly content: Pick<OfferRow['content'], 'conditions'> };
  readonly terms: Terms;
  readonly isRecorded: boolean;
  readonly isInternetLoan: boolean;
  readonly today: Temporal.PlainDate;
}

/** Conditions that are settled by signing itself: the spouse's signature, and the form that was read. */
const settledHere = new Set(['spouse', 'cost_form']);

/** The first thing in the order of `portalRefusals`; null when the contract may be signed. */
export function obstacleOf({ contract, papers, offer, terms, isRecorded, isInternetLoan, today }: Signing): PortalRefusalCode | null {
  if (offer.valid_until < today.toString()) return 'offer_expired';
  if (papers.length === 0 || papers.some(({ confirmed_at: confirmed }) => confirmed === null)) return 'paper_not_read';
  const isOpen = offer.content.conditions.some(({ code }) => !settledHere.has(code));
  if (isOpen || (contract.needs_spouse && contract.spouse_sealed === null)) return 'condition_open';
  if (contract.needs_recording && !isRecorded) return 'recording_missing';
  return offer.limit_fen > limitOfDay(terms, isInternetLoan, today) ? 'no_longer_eligible' : null;
}

/** Caps of the day on the limit; those on internet loans only where it is one. A cap may have come since the application began. */
export function limitOfDay(terms: Pick<Terms, 'caps' | 'limit_max_fen'>, isInternetLoan: boolean, today: Temporal.PlainDate): bigint {
  return capsInForce(terms.caps, today)
    .filter(({ of, id }) => of === 'limit_max_fen' && (isInternetLoan || !id.includes('internet')))
    .reduce((least, { most }) => (BigInt(most) < least ? BigInt(most) : least), BigInt(terms.limit_max_fen));
}
