/** Collections as they are asked for and told over HTTP. Amounts are fen as digit strings. */
import { z } from 'zod';
import { eventId, fen } from '../values/contract.ts';

export const collectionStates = ['planned', 'sent', 'unknown', 'collected', 'failed'] as const;
export type CollectionState = (typeof collectionStates)[number];

const collection = z.object({
  collection_id: z.string().regex(/^C[1-9]\d{0,14}$/),
  business_date: z.iso.date(),
  amount_fen: fen,
  state: z.enum(collectionStates),
  /** The borrower asked for it; otherwise the day's plan did. */
  is_asked: z.boolean(),
  reason: z.string().nullable(),
  account_masked: z.string(),
  core_sequence: z.string(),
  core_reference: z.string().nullable(),
  /** The day on which the money left the borrower's account, and counts. */
  core_date: z.iso.date().nullable(),
  event_id: eventId.nullable(),
  planned_at: z.iso.datetime(),
  settled_at: z.iso.datetime().nullable(),
});
/** Newest first, at most 200 of a loan. Without an account nothing can be collected, whatever is wished. */
export const collectionList = z.object({ has_account: z.boolean(), auto_debit: z.boolean(), items: z.array(collection) });
export type CollectionList = z.infer<typeof collectionList>;

const some = z.object({ collections: z.int().min(0), amount_fen: fen });
/** The open business date's collections that the reader may see. */
export const collectionTotals = z.object({ as_of: z.iso.date(), failed: some, waiting: some, collected: some });
export type CollectionTotals = z.infer<typeof collectionTotals>;

/** Switches the collecting of a loan on or off; an order that may have left is not called back. */
export const setAutoDebit = z.object({ auto_debit: z.boolean(), reason: z.string().trim().min(4).max(500) });
export type SetAutoDebit = z.output<typeof setAutoDebit>;

export const collectionAddresses = {
  collectionTotals: '/api/v1/collection-totals',
  collections: '/api/v1/loans/:id/collections',
  autoDebit: '/api/v1/loans/:id/auto-debit',
} as const;
