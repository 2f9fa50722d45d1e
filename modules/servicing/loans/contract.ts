/** Loans, and what is repaid on them. */
import { z } from 'zod';
import { dayCounts } from '#core/calendar/index.ts';
import { afterPrepayment } from '#core/loan/index.ts';
import { householdId } from '#modules/population/contract.ts';
import { count, day, eventId, facilityId, fen, instant, loanId, positiveFen, ppm, requestKey, signedFen } from '../values/contract.ts';

export const instalment = z.object({
  number: z.int().min(1),
  start_date: day,
  due_date: day,
  days: z.int(),
  principal_fen: fen,
  interest_fen: fen,
  state: z.enum(['planned', 'billed', 'paid']),
  unpaid_principal_fen: fen,
  unpaid_interest_fen: fen,
});
const balances = z.object({
  normal_principal_fen: fen,
  overdue_principal_fen: fen,
  accrued_interest_fen: fen,
  due_interest_fen: fen,
  penalty_fen: fen,
  compound_fen: fen,
  costs_fen: fen,
});
export const loanSummary = balances.extend({
  loan_id: loanId,
  facility_id: facilityId,
  person_id: z.string(),
  person_name: z.string().nullable(),
  product: z.string(),
  principal_fen: fen,
  method: z.string(),
  rate_ppm: ppm,
  start_date: day,
  maturity: day,
  state: z.enum(['active', 'settled', 'written_off']),
  days_past_due: count,
  is_accruing: z.boolean(),
  accrued_to: day,
  /** The plan line that runs, as planned; null when there is none any more. */
  next_due: z.object({ date: day, amount_fen: fen }).nullable(),
});
export type LoanSummary = z.infer<typeof loanSummary>;
export const event = z.object({
  event_id: eventId,
  business_date: day,
  kind: z.string(),
  amount_fen: signedFen.nullable(),
  is_reversed: z.boolean(),
  actor_id: z.string(),
  at: instant,
});
/** As many events as a loan page holds: with as many as this, earlier ones may be missing. Statements have them all. */
export const mostEvents = 200;
export const loanPage = loanSummary.extend({
  day_count: z.enum(dayCounts),
  grace_days: count,
  overdue_rate_ppm: ppm,
  origin: z.string(),
  previous_loan_id: loanId.nullable(),
  /** Of a floating loan: its spread over LPR, and the day on which it takes the LPR next. */
  lpr_spread_ppm: z.int().nullable(),
  reprice_on: day.nullable(),
  business_date: day,
  /** Everything due today; everything that would settle the loan today. */
  due_fen: fen,
  payoff_fen: fen,
  instalments: z.array(instalment),
  /** Newest first, at most `mostEvents`. */
  events: z.array(event),
});
export type LoanPage = z.infer<typeof loanPage>;

export const loanQuery = z.object({
  person_id: z
    .string()
    .regex(/^P[0-9a-f]{15}$/)
    .optional(),
  household_id: householdId.optional(),
  facility_id: facilityId.optional(),
  state: z.enum(['active', 'settled', 'written_off']).optional(),
  /** At least this many days past due. */
  past_due: z.coerce.number().int().min(0).max(10_000).optional(),
  /** Whose collection of the open business date ended so. */
  collection: z.enum(['failed', 'collected']).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The last loan of the page before. */
  after: loanId.optional(),
});
export type LoanQuery = z.output<typeof loanQuery>;
export const loanList = z.object({ items: z.array(loanSummary), next_cursor: loanId.nullable(), as_of: day });
export type LoanList = z.infer<typeof loanList>;
/** What the reader's loans come to; `past_due` counts from the first day. */
export const loanTotals = z.object({
  as_of: day,
  active: z.object({ loans: count, principal_fen: fen }),
  past_due: z.object({ loans: count, principal_fen: fen }),
  settled: z.object({ loans: count }),
});
export type LoanTotals = z.infer<typeof loanTotals>;

export const repay = z.object({
  key: requestKey,
  amount_fen: positiveFen,
  /** Left out: only what is due is taken. */
  prepayment: z.enum(afterPrepayment).optional(),
  payer: z.enum(['borrower', 'third_party', 'scheduled']).default('borrower'),
});
export type Repay = z.output<typeof repay>;
const allocation = z.object({ balance: z.string(), amount_fen: fen, instalment: z.int().nullable() });
export const repaid = z.object({
  event_id: eventId,
  loan_id: loanId,
  business_date: day,
  amount_fen: fen,
  allocation: z.array(allocation),
  after: balances.extend({ state: loanSummary.shape.state, due_fen: fen, payoff_fen: fen }),
});
export type Repaid = z.infer<typeof repaid>;
/** What a repayment would do, without doing it. */
export const repayPreview = repay.omit({ key: true });
export const repayPreviewed = repaid.omit({ event_id: true }).extend({ instalments: z.array(instalment) });
export type RepayPreviewed = z.infer<typeof repayPreviewed>;
/** Taking a repayment back waits for a second person, and must find one on the same business date. */
export const reverse = z.object({ reason: z.string().trim().min(4).max(500) });

/**
 * Of a loan that was settled before its first instalment: when, and what was paid in all, in fen. Null for any other loan. Such a loan has no plan line:
 * what would have been due never was.
 */
export function settledBeforePlan({ state, instalments, events }: Pick<LoanPage, 'state' | 'instalments' | 'events'>): SettledEarly | null {
  const payments = events.filter((one) => one.kind === 'repayment' && !one.is_reversed && one.amount_fen !== null);
  const on = payments.map((one) => one.business_date).reduce((last, one) => (one > last ? one : last), '');
  if (state !== 'settled' || instalments.length > 0 || on === '') return null;
  return { on, paid_fen: String(payments.reduce((sum, one) => sum + BigInt(one.amount_fen ?? 0), 0n)) };
}

export interface SettledEarly {
  readonly on: string;
  readonly paid_fen: string;
}
