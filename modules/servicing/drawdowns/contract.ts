/** Drawdowns, and the terms of a loan. */
import { z } from 'zod';
import { dayCounts } from '#core/calendar/index.ts';
import { interestAnchors } from '#core/schedule/index.ts';
import { day, drawdownId, facilityId, fen, instant, loanId, orderText, positiveFen, ppm, requestKey } from '../values/contract.ts';

export const drawdownStates = ['reserved', 'sent', 'unknown', 'confirmed', 'failed'] as const;
export const drawdownState = z.enum(drawdownStates);
export type DrawdownState = z.infer<typeof drawdownState>;

export const repaymentMethods = ['equal_installment', 'equal_principal', 'interest_only', 'bullet', 'revolving'] as const;
/** The terms of one draw. `markup` fields are on top of the rate, in ppm of the rate. */
export const loanTerms = z.object({
  method: z.enum(repaymentMethods),
  day_count: z.enum(dayCounts),
  rate_ppm: ppm,
  months: z.int().min(1).max(360),
  due_day: z.int().min(1).max(31),
  interest_every: z.union([z.literal(1), z.literal(3)]).default(1),
  /** Quarters counted from the start (when left out), or those of the calendar. */
  interest_anchor: z.enum(interestAnchors).optional(),
  grace_days: z.int().min(0).max(30).default(0),
  penalty_markup_ppm: z.int().min(300_000).max(500_000).default(500_000),
  principal_first: z.boolean().default(false),
  /** Floating: the spread over LPR; the first rate is `rate_ppm`. */
  lpr_spread_ppm: z.int().min(-1_000_000).max(1_000_000).optional(),
  reprice_every: z.enum(['never', 'january', 'anniversary']).default('never'),
  /** The part of the yearly rate that the treasury pays (财政贴息). */
  subsidy_ppm: z.int().min(0).max(100_000).default(0),
  /** Charged on principal repaid before its day, as part of it; none when left out. */
  prepayment_fee_ppm: z.int().min(0).max(50_000).optional(),
});
export type LoanTermsRequest = z.output<typeof loanTerms>;

export const requestDrawdown = z.object({
  key: requestKey,
  amount_fen: positiveFen,
  terms: loanTerms,
  account: z.string().regex(/^\d{8,32}$/),
  account_name: orderText.max(60),
  purpose: orderText.min(2).max(100),
  /** Whether what falls due is collected from the account. Left out over HTTP: yes. */
  auto_debit: z.boolean().optional(),
});
export type RequestDrawdown = z.output<typeof requestDrawdown>;

export const drawdown = z.object({
  drawdown_id: drawdownId,
  facility_id: facilityId,
  amount_fen: fen,
  state: drawdownState,
  reason: z.string().nullable(),
  /** Last digits of the account the money goes to; the whole number stays inside. */
  account_masked: z.string(),
  purpose: z.string(),
  method: z.enum(repaymentMethods),
  rate_ppm: ppm,
  months: z.int(),
  loan_id: loanId.nullable(),
  core_reference: z.string().nullable(),
  requested_on: day,
  requested_at: instant,
  settled_at: instant.nullable(),
});
export type Drawdown = z.infer<typeof drawdown>;
/** Newest first, at most 200 of a facility. */
export const drawdownList = z.object({ items: z.array(drawdown) });
