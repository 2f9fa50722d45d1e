/**
 * Facilities, loans, the end of day and the ledger as the console and other modules see them. Browser-safe: zod and core only.
 * Amounts are fen as digit strings, rates integer millionths a year, days business dates of the legal entity.
 */
import { z } from 'zod';
import { dayCounts } from '#core/calendar/index.ts';
import { acts, afterPrepayment } from '#core/loan/index.ts';
import { interestAnchors } from '#core/schedule/index.ts';
import { householdId } from '#modules/population/contract.ts';

const wording = z.object({ zh: z.string(), en: z.string() });
const day = z.iso.date();
const instant = z.iso.datetime();
const count = z.int().min(0);
/** Fen, never negative, never part of one. */
export const fen = z.string().regex(/^\d{1,18}$/);
const signedFen = z.string().regex(/^-?\d{1,30}$/);
/** Fen of a request: more than nothing. */
const positiveFen = z.string().regex(/^[1-9]\d{0,14}$/);
const ppm = z.int().min(0).max(10_000_000);

export const facilityId = z.string().regex(/^F[1-9]\d{0,14}$/);
export const drawdownId = z.string().regex(/^D[1-9]\d{0,14}$/);
export const loanId = z.string().regex(/^L[1-9]\d{0,14}$/);
export const eventId = z.string().regex(/^E[1-9]\d{0,14}$/);
/** Chosen by the caller, one for each thing that is to happen once. */
export const requestKey = z.string().regex(/^[\w.:-]{8,100}$/);

// ── facilities ───────────────────────────────────────────────────────────────

export const facilityKinds = ['revolving', 'single_use'] as const;
export const facilityStates = ['active', 'frozen', 'closed'] as const;

export const facility = z.object({
  facility_id: facilityId,
  person_id: z.string(),
  person_name: z.string().nullable(),
  product: z.string(),
  kind: z.enum(facilityKinds),
  limit_fen: fen,
  reserved_fen: fen,
  used_fen: fen,
  /** What may still be drawn today; 0 when frozen, closed, or out of its dates. */
  available_fen: fen,
  valid_from: day,
  valid_to: day,
  state: z.enum(facilityStates),
});
export type Facility = z.infer<typeof facility>;

export const openFacility = z.object({
  key: requestKey,
  person_id: z.string().regex(/^P[0-9a-f]{15}$/),
  product: z.string().trim().min(1).max(60),
  kind: z.enum(facilityKinds),
  limit_fen: positiveFen,
  valid_from: day,
  valid_to: day,
});
export type OpenFacility = z.infer<typeof openFacility>;

export const facilityQuery = z.object({
  person_id: openFacility.shape.person_id.optional(),
  /** Of the members of a household. */
  household_id: householdId.optional(),
  state: z.enum(facilityStates).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The last facility of the page before. */
  after: facilityId.optional(),
});
export type FacilityQuery = z.output<typeof facilityQuery>;
/** Newest first. */
export const facilityList = z.object({ items: z.array(facility), next_cursor: facilityId.nullable(), as_of: day });
export type FacilityList = z.infer<typeof facilityList>;

// ── drawdowns ────────────────────────────────────────────────────────────────

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
  account_name: z.string().trim().min(1).max(60),
  purpose: z.string().trim().min(2).max(120),
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

// ── loans ────────────────────────────────────────────────────────────────────

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
export const loanPage = loanSummary.extend({
  day_count: z.enum(dayCounts),
  grace_days: count,
  overdue_rate_ppm: ppm,
  origin: z.string(),
  previous_loan_id: loanId.nullable(),
  business_date: day,
  /** Everything due today; everything that would settle the loan today. */
  due_fen: fen,
  payoff_fen: fen,
  instalments: z.array(instalment),
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

// ── amendments: each waits for a second person ───────────────────────────────

/** What each kind of amendment says beside the loan. */
export const amendmentBodies = {
  rate: z.object({ rate_ppm: ppm }),
  extension: z.object({ maturity: day }),
  restructuring: z.object({ rate_ppm: ppm, maturity: day }),
  /** Null: the money is no longer misused. */
  misuse: z.object({ markup_ppm: z.int().min(500_000).max(1_000_000).nullable() }),
  cost: z.object({ amount_fen: positiveFen }),
  waiver: z.object({}),
  write_off: z.object({}),
} as const;
export const amendmentKinds = ['rate', 'extension', 'restructuring', 'misuse', 'cost', 'waiver', 'write_off'] as const;
export type AmendmentKind = (typeof amendmentKinds)[number];
const reason = z.string().trim().min(4).max(500);
export const amend = z.discriminatedUnion('kind', [
  amendmentBodies.rate.extend({ kind: z.literal('rate'), reason }),
  amendmentBodies.extension.extend({ kind: z.literal('extension'), reason }),
  amendmentBodies.restructuring.extend({ kind: z.literal('restructuring'), reason }),
  amendmentBodies.misuse.extend({ kind: z.literal('misuse'), reason }),
  amendmentBodies.cost.extend({ kind: z.literal('cost'), reason }),
  amendmentBodies.waiver.extend({ kind: z.literal('waiver'), reason }),
  amendmentBodies.write_off.extend({ kind: z.literal('write_off'), reason }),
]);
export type Amend = z.output<typeof amend>;
/** The terms of the loan that takes a running one's place without repayment (无还本续贷). */
export const renew = z.object({ terms: loanTerms, reason });
export type Renew = z.output<typeof renew>;
/** A new limit or state of a facility. Freezing takes effect at once; everything else waits. */
export const changeFacility = z.object({ limit_fen: positiveFen.optional(), state: z.enum(facilityStates).optional(), reason });
export type ChangeFacility = z.output<typeof changeFacility>;
const lpr = z.object({ published_on: day, one_year_ppm: ppm, five_year_ppm: ppm });
export const publishLpr = lpr.extend({ reason });
export type PublishLpr = z.output<typeof publishLpr>;
const repriced = loanSummary
  .pick({ loan_id: true, person_id: true, person_name: true, rate_ppm: true })
  .extend({ left_fen: fen, spread_ppm: z.int(), is_long: z.boolean(), reprice_on: day });
/** Newest first, and the floating loans that take a rate next, nearest first, at most 200; the longer LPR counts for `is_long`. */
export const lprPage = z.object({ as_of: day, items: z.array(lpr), next: z.array(repriced) });
export type LprPage = z.infer<typeof lprPage>;
export const proposed = z.object({ proposal_id: z.string() });
/** Money for a loan that has been written off. */
export const recoverBody = z.object({ key: requestKey, amount_fen: positiveFen });

// ── ledger and end of day ────────────────────────────────────────────────────

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

export const dayEnd = z.object({
  business_date: day,
  state: z.enum(['running', 'closed']),
  loans: count,
  postings: count,
  repriced: count,
  started_at: instant,
  closed_at: instant.nullable(),
});
export const closeDays = z.object({ date: day });
export const dayEndPage = z.object({
  open_date: day.nullable(),
  /** Of the day that is being closed: active loans that have passed it, of all. */
  progress: z.object({ business_date: day, passed: count, of: count }).nullable(),
  days: z.array(dayEnd),
});
export type DayEndPage = z.infer<typeof dayEndPage>;

// ── reconciliation with the core bank ────────────────────────────────────────

/** Booked at the core only; confirmed here only; of other amount; of other account; taken back at the core. */
export const breakKinds = ['core_only', 'own_only', 'amount_differs', 'account_differs', 'reversed_at_core'] as const;
export type BreakKind = (typeof breakKinds)[number];
export const breakId = z.string().regex(/^B[1-9]\d{0,14}$/);
export const reconciled = z.object({ core_date: day, core_rows: count, matched: count, breaks: count });
export type Reconciled = z.infer<typeof reconciled>;
export const reconciliationPage = z.object({
  days: z.array(z.object({ core_date: day, core_rows: count, matched: count, reconciled_at: instant })),
  breaks: z.array(
    z.object({
      break_id: breakId,
      core_date: day,
      kind: z.enum(breakKinds),
      core_sequence: z.string(),
      core_amount_fen: fen.nullable(),
      own_amount_fen: fen.nullable(),
      drawdown_id: drawdownId.nullable(),
      /** Of a difference in a collection: `C` and its number. */
      collection_id: z.string().nullable(),
      state: z.enum(['open', 'cleared']),
      cleared_by: z.string().nullable(),
      cleared_at: instant.nullable(),
      reason: z.string().nullable(),
    }),
  ),
});
export type ReconciliationPage = z.infer<typeof reconciliationPage>;
export const clearBreakBody = z.object({ reason });

// ── refusals, permissions, addresses ─────────────────────────────────────────

export { refusals } from './reasons.ts';
export type { RefusalCode } from './reasons.ts';

export const permissions = {
  read: 'servicing.read',
  open: 'servicing.open',
  draw: 'servicing.draw',
  repay: 'servicing.repay',
  reverse: 'servicing.reverse',
  amend: 'servicing.amend',
  approve: 'servicing.approve',
  dayEnd: 'servicing.day_end',
  ledger: 'servicing.ledger',
  reconcile: 'servicing.reconcile',
} as const;

export const addresses = {
  facilities: '/api/v1/facilities',
  facility: '/api/v1/facilities/:id',
  drawdowns: '/api/v1/facilities/:id/drawdowns',
  drawdown: '/api/v1/drawdowns/:id',
  loans: '/api/v1/loans',
  loanTotals: '/api/v1/loan-totals',
  loan: '/api/v1/loans/:id',
  repayments: '/api/v1/loans/:id/repayments',
  repaymentPreview: '/api/v1/loans/:id/repayments/preview',
  reversal: '/api/v1/loans/:id/repayments/:event/reversal',
  recoveries: '/api/v1/loans/:id/recoveries',
  amendments: '/api/v1/loans/:id/amendments',
  renewal: '/api/v1/loans/:id/renewal',
  facilityChange: '/api/v1/facilities/:id/changes',
  lpr: '/api/v1/lpr',
  postings: '/api/v1/loans/:id/postings',
  accounts: '/api/v1/ledger/accounts',
  account: '/api/v1/ledger/accounts/:account/postings',
  voucher: '/api/v1/loans/:id/vouchers/:voucher',
  plan: '/api/v1/loans/:id/documents/plan.pdf',
  statement: '/api/v1/loans/:id/documents/statement.pdf',
  settlement: '/api/v1/loans/:id/documents/settlement.pdf',
  workbook: '/api/v1/loans/:id/documents/loan.xlsx',
  trend: '/api/v1/ledger/trend',
  trialBalance: '/api/v1/ledger/trial-balance',
  dayEnds: '/api/v1/day-ends',
  reconciliations: '/api/v1/reconciliations',
  clearBreak: '/api/v1/reconciliations/breaks/:id/clearance',
} as const;
