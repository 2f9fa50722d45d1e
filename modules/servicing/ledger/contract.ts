/** Accounts, postings and vouchers. */
import { z } from 'zod';
import { acts } from '#core/loan/index.ts';
import { event } from '../loans/contract.ts';
import { count, day, facilityId, fen, loanId, signedFen, wording } from '../values/contract.ts';

/** Every account of the ledger by its code. */
export const accountList = z.object({
  items: z.array(z.object({ account: z.string(), name: wording, side: z.enum(['debit', 'credit']), is_memorandum: z.boolean() })),
});
export type AccountList = z.infer<typeof accountList>;

export const posting = z.object({
  posting_id: z.string(),
  business_date: day,
  voucher: z.string(),
  loan_id: loanId.nullable(),
  act: z.string(),
  debit: z.string(),
  credit: z.string(),
  amount_fen: fen,
});
export const postingQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  before: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
});
export const postingList = z.object({ items: z.array(posting), next_cursor: z.string().nullable() });
export type PostingList = z.infer<typeof postingList>;

/** How a posting is found from an account: on which side, by what act, of which loan. */
export const accountQuery = z.object({
  date: day,
  side: z.enum(['debit', 'credit']).optional(),
  act: z.enum(acts).optional(),
  loan_id: loanId.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** The last posting of the page before. */
  after: postingQuery.shape.before,
});
export type AccountQuery = z.output<typeof accountQuery>;
export const accountCode = z.string().regex(/^\d{4}\.\d{2}$/);
/** One account on one business date, oldest posting first. */
export const accountPage = z.object({
  account: accountCode,
  name: wording,
  business_date: day,
  /** Of all postings that the reader may see and the filter finds; null on later pages. */
  found: z.object({ postings: count, debit_fen: fen, credit_fen: fen }).nullable(),
  /** The account's line of the day's trial balance, whoever reads; null while the day is open. */
  trial_balance: z.object({ debit_fen: signedFen, credit_fen: signedFen, balance_fen: signedFen }).nullable(),
  items: z.array(posting.extend({ person_name: z.string().nullable() })),
  next_cursor: z.string().nullable(),
});
export type AccountPage = z.infer<typeof accountPage>;

/** An event's number, or the day of a night as −yyyymmdd. */
export const voucherNumber = z.string().regex(/^(-\d{8}|[1-9]\d{0,14})$/);
/** Everything that one cause posted to one loan, and the cause itself: the event, or the end of the day `night`. */
export const voucherPage = z.object({
  voucher: voucherNumber,
  loan_id: loanId,
  facility_id: facilityId,
  person_id: z.string(),
  person_name: z.string().nullable(),
  event: event.nullable(),
  night: day.nullable(),
  items: z.array(posting),
});
export type VoucherPage = z.infer<typeof voucherPage>;

export const trialBalanceQuery = z.object({ date: day.optional() });
export const trialBalance = z.object({
  business_date: day.nullable(),
  accounts: z.array(
    z.object({
      account: z.string(),
      name: wording,
      is_memorandum: z.boolean(),
      debit_fen: signedFen,
      credit_fen: signedFen,
      balance_fen: signedFen,
    }),
  ),
});
export type TrialBalance = z.infer<typeof trialBalance>;

export const trendQuery = z.object({ days: z.coerce.number().int().min(1).max(366).default(30) });
/** Closed business dates, oldest first: principal owed and overdue at the day's end, interest earned on the day. */
export const ledgerTrend = z.object({
  items: z.array(z.object({ business_date: day, principal_fen: signedFen, overdue_fen: signedFen, income_fen: signedFen })),
});
export type LedgerTrend = z.infer<typeof ledgerTrend>;
