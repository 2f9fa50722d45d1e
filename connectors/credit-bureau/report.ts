/** The second-generation personal report. Named as the trade does; the key on the wire stands beside each item in `read/`. */

export interface CreditReport {
  head: ReportHead;
  identity: ReportIdentity | null;
  spouse: Spouse | null;
  residences: readonly Residence[];
  occupations: readonly Occupation[];
  /** Null when the bureau gives none. */
  score: Score | null;
  summary: CreditSummary | null;
  postpaidSummary: readonly CountAndAmount[];
  publicSummary: readonly CountAndAmount[];
  querySummary: QuerySummary | null;
  accounts: readonly Account[];
  agreements: readonly Agreement[];
  liabilities: readonly Liability[];
  postpaid: readonly Postpaid[];
  /** Tax arrears, judgments, enforcement, penalties, housing fund, aid, qualifications, awards. */
  publicRecords: readonly PublicRecord[];
  notes: readonly ReportNote[];
  queries: readonly Query[];
}

export interface ReportHead {
  reportNo: string;
  /** Local time of the bureau. */
  reportedAt: Temporal.PlainDateTime;
  name: string;
  idType: string;
  idNo: string;
  /** Who asked and why, as the bureau understood it. */
  organisation: string;
  reason: string;
  otherIds: readonly { type: string; number: string }[];
  fraudAlert: { contact: string; phone: string; from: Temporal.PlainDate | null; to: Temporal.PlainDate | null } | null;
  disputes: number;
}

export interface ReportIdentity {
  sex: string | null;
  birth: Temporal.PlainDate | null;
  education: string | null;
  degree: string | null;
  employment: string | null;
  email: string | null;
  address: string | null;
  nationality: string | null;
  registeredAddress: string | null;
  phones: readonly { number: string; updatedOn: Temporal.PlainDate | null }[];
}

export interface Spouse {
  marriage: string | null;
  name: string | null;
  idType: string | null;
  idNo: string | null;
  employer: string | null;
  phone: string | null;
}

export interface Residence {
  kind: string | null;
  address: string | null;
  phone: string | null;
  updatedOn: Temporal.PlainDate | null;
}

export interface Occupation {
  employment: string | null;
  employer: string | null;
  employerKind: string | null;
  industry: string | null;
  address: string | null;
  phone: string | null;
  occupation: string | null;
  position: string | null;
  title: string | null;
  since: string | null;
  updatedOn: Temporal.PlainDate | null;
}

export interface Score {
  points: number | null;
  /** Share of persons with fewer points, as the bureau writes it. */
  position: string | null;
  factors: readonly string[];
}

export interface CountAndAmount {
  kind: string;
  count: number | null;
  amountFen: bigint | null;
}

export interface CreditSummary {
  prompts: readonly { kind: string; group: string; accounts: number | null; firstMonth: string | null }[];
  recovered: readonly CountAndAmount[];
  badDebt: { accounts: number | null; balanceFen: bigint | null } | null;
  overdue: readonly {
    kind: string;
    accounts: number | null;
    months: number | null;
    highestFen: bigint | null;
    longestMonths: number | null;
  }[];
  nonRevolving: LineSummary | null;
  subAccounts: LineSummary | null;
  revolving: LineSummary | null;
  creditCard: CardSummary | null;
  quasiCard: CardSummary | null;
  liabilities: readonly { of: string; kind: string; accounts: number | null; amountFen: bigint | null; balanceFen: bigint | null }[];
}

export interface LineSummary {
  lenders: number | null;
  accounts: number | null;
  limitFen: bigint | null;
  balanceFen: bigint | null;
  average6mDueFen: bigint | null;
}

export interface CardSummary {
  lenders: number | null;
  accounts: number | null;
  limitFen: bigint | null;
  highestLimitFen: bigint | null;
  lowestLimitFen: bigint | null;
  usedFen: bigint | null;
  average6mFen: bigint | null;
}

export interface QuerySummary {
  lastOn: Temporal.PlainDate | null;
  lastOrganisation: string | null;
  lastReason: string | null;
  organisationsLoan1m: number | null;
  organisationsCard1m: number | null;
  loan1m: number | null;
  card1m: number | null;
  self1m: number | null;
  postLoan24m: number | null;
  guarantor24m: number | null;
  merchant24m: number | null;
}

/** D1 non-revolving loan, R1 revolving loan, R2 credit card, R3 quasi credit card, R4 loan under a revolving line, C1 collection or recovery. */
export const accountTypes = ['D1', 'R1', 'R2', 'R3', 'R4', 'C1'] as const;
export type AccountType = (typeof accountTypes)[number];

/**
 * `N` paid as agreed · `1`–`7` terms overdue (`7` seven or more) · `G` ended without being paid (written off, settled for less) · `*` nothing due ·
 * `C` ended · `D` paid by the guarantor · `Z` paid with assets · `B` bad debt · `#` not known · `/` no account in that month.
 */
export const paymentStates = ['N', '1', '2', '3', '4', '5', '6', '7', 'G', '*', 'C', 'D', 'Z', 'B', '#', '/'] as const;
export type PaymentState = (typeof paymentStates)[number];

export interface Account {
  number: string;
  type: AccountType;
  lenderKind: string | null;
  lender: string | null;
  agreementNo: string | null;
  business: string | null;
  openedOn: Temporal.PlainDate | null;
  endsOn: Temporal.PlainDate | null;
  currency: string | null;
  amountFen: bigint | null;
  limitFen: bigint | null;
  sharedLimitFen: bigint | null;
  method: string | null;
  frequency: string | null;
  terms: number | null;
  guarantee: string | null;
  /** State of payment when the claim was taken over (C1). */
  transferredState: string | null;
  latest: LatestState | null;
  /** The last month with its amounts; null for ended accounts. */
  month: MonthState | null;
  months24: readonly MonthMark[];
  /** Five years, with what was overdue. */
  months60: readonly (MonthMark & { overdueFen: bigint | null })[];
  specialTrades: readonly {
    kind: string;
    on: Temporal.PlainDate | null;
    changedMonths: number | null;
    amountFen: bigint | null;
    detail: string | null;
  }[];
  specialEvents: readonly { month: string | null; kind: string }[];
  instalments: readonly {
    limitFen: bigint | null;
    from: Temporal.PlainDate | null;
    to: Temporal.PlainDate | null;
    usedFen: bigint | null;
  }[];
  notes: readonly Note[];
}

export interface LatestState {
  status: string | null;
  closedOn: Temporal.PlainDate | null;
  transferredMonth: string | null;
  balanceFen: bigint | null;
  paidOn: Temporal.PlainDate | null;
  paidFen: bigint | null;
  class5: string | null;
  payment: string | null;
  reportedOn: Temporal.PlainDate | null;
}

export interface MonthState {
  /** `yyyy-MM` */
  month: string | null;
  status: string | null;
  balanceFen: bigint | null;
  usedFen: bigint | null;
  unbilledInstalmentFen: bigint | null;
  class5: string | null;
  termsLeft: number | null;
  dueOn: Temporal.PlainDate | null;
  dueFen: bigint | null;
  paidFen: bigint | null;
  paidOn: Temporal.PlainDate | null;
  overdueTerms: number | null;
  overdueFen: bigint | null;
  overdue31Fen: bigint | null;
  overdue61Fen: bigint | null;
  overdue91Fen: bigint | null;
  overdue181Fen: bigint | null;
  overdrawn181Fen: bigint | null;
  averageUsed6mFen: bigint | null;
  averageOverdrawn6mFen: bigint | null;
  highestUsedFen: bigint | null;
  highestOverdrawnFen: bigint | null;
  reportedOn: Temporal.PlainDate | null;
}

export interface MonthMark {
  /** `yyyy-MM` */
  month: string;
  state: PaymentState;
}

/** A lender's or the bureau's remark, or the person's own statement. */
export interface Note {
  kind: string;
  text: string | null;
  on: Temporal.PlainDate | null;
}

export interface Agreement {
  number: string;
  lenderKind: string | null;
  lender: string | null;
  purpose: string | null;
  limitFen: bigint | null;
  usedFen: bigint | null;
  capFen: bigint | null;
  from: Temporal.PlainDate | null;
  to: Temporal.PlainDate | null;
  status: string | null;
  notes: readonly Note[];
}

/** What the person must pay if another does not. */
export interface Liability {
  of: string | null;
  lenderKind: string | null;
  lender: string | null;
  business: string | null;
  from: Temporal.PlainDate | null;
  to: Temporal.PlainDate | null;
  kind: string | null;
  contractNo: string | null;
  amountFen: bigint | null;
  balanceFen: bigint | null;
  class5: string | null;
  payment: string | null;
  overdueMonths: number | null;
  reportedOn: Temporal.PlainDate | null;
  notes: readonly Note[];
}

export interface Postpaid {
  kind: string | null;
  organisation: string | null;
  business: string | null;
  openedOn: Temporal.PlainDate | null;
  payment: string | null;
  owedFen: bigint | null;
  month: string | null;
  history: string | null;
  notes: readonly Note[];
}

export const publicRecordKinds = [
  'tax_arrears',
  'judgment',
  'enforcement',
  'penalty',
  'housing_fund',
  'aid',
  'qualification',
  'award',
] as const;
export type PublicRecordKind = (typeof publicRecordKinds)[number];

export interface PublicRecord {
  kind: PublicRecordKind;
  /** Court, tax office or other body. */
  authority: string | null;
  /** A day or a month, as the bureau writes it. */
  on: string | null;
  /** Cause, content, name of the qualification. */
  subject: string | null;
  amountFen: bigint | null;
  status: string | null;
  endedOn: string | null;
  notes: readonly Note[];
}

/** Notes on the report as a whole or on a part that has no place for its own. */
export interface ReportNote {
  /** `1` the report, `2` a part of it. */
  object: string | null;
  /** `1` the report, `201` identity, `202` marriage, `203` residence, `204` occupation. */
  part: string | null;
  notes: readonly Note[];
}

export interface Query {
  on: Temporal.PlainDate;
  organisationKind: string | null;
  organisation: string | null;
  /** The wire's code, e.g. `02` loan approval. */
  reason: string;
}
