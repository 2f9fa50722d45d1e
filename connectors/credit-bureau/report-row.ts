/** What the bank's own file of report summaries would say about a report: the columns of the source `pboc_report`, by their names there. */
import { divide } from '#core/money/index.ts';
import {
  badRank,
  cardTypes,
  classes,
  classRank,
  disasterMarks,
  isBadDebt,
  isOpen,
  loanApproval,
  loanTypes,
  noteKinds,
  smallLender,
  specialTradesAgainst,
  unsecured,
} from './codes.ts';
import type { Class5 } from './codes.ts';
import type { Account, CreditReport, MonthMark, Note, PaymentState, PublicRecordKind } from './report.ts';

/** Null is unknown, never none. Money is fen. */
export interface ReportRow {
  report_no: string;
  id_no: string;
  name: string;
  report_date: Temporal.PlainDate;
  thin_flag: boolean;
  loan_balance: bigint | null;
  loan_balance_6m_ago: bigint | null;
  unsecured_balance: bigint | null;
  lender_count: number | null;
  small_loan_count: number | null;
  monthly_due: bigint | null;
  card_limit: bigint | null;
  /** Decimal with four digits. */
  card_utilisation: string | null;
  overdue_current: bigint | null;
  overdue_max_terms_24m: number | null;
  overdue_count_24m: number | null;
  overdue_count_60m: number | null;
  dpd90_count_24m: number | null;
  worst_class5: Class5 | null;
  query_loan_1m: number;
  query_loan_3m: number;
  query_loan_6m: number;
  credit_age_months: number | null;
  guarantee_balance: bigint | null;
  guarantee_bad_flag: boolean | null;
  special_flag: boolean | null;
  public_bad_flag: boolean | null;
  dispute_flag: boolean | null;
  score: number | null;
}

/** What keeps a figure from being held against the person without a human look, and where in the report it stands. */
export interface ReportLabel {
  kind: keyof typeof noteKinds | 'disaster' | 'unknown_months';
  /** `report`, `account 92719`, `liability 2`, `postpaid 1`, `enforcement 1` … */
  place: string;
  text: string | null;
}

/**
 * @param asOf the day whose months and queries count
 *
 * A report without accounts is thin: figures about accounts stay unknown, as in the bank's file, while bad news in it is told.
 */
export function toReportRow(report: CreditReport, asOf: Temporal.PlainDate): { row: ReportRow; labels: ReportLabel[] } {
  const labels = labelsOf(report);
  const thin = report.accounts.length === 0;
  const none = <T>(value: T): T | null => (thin ? null : value);
  const { head } = report;
  const row: ReportRow = {
    report_no: head.reportNo,
    id_no: head.idNo,
    name: head.name,
    report_date: head.reportedAt.toPlainDate(),
    thin_flag: thin,
    ...(thin ? unknownFigures : accountFigures(report.accounts, asOf)),
    query_loan_1m: loanQueries(report, asOf, 1),
    query_loan_3m: loanQueries(report, asOf, 3),
    query_loan_6m: loanQueries(report, asOf, 6),
    guarantee_balance: report.liabilities.length > 0 ? sum(report.liabilities.map((each) => each.balanceFen)) : none(0n),
    guarantee_bad_flag: report.liabilities.some((each) => classRank(each) >= badRank) || none(false),
    public_bad_flag: report.publicRecords.some(({ kind }) => badRecords.has(kind)) || none(false),
    dispute_flag: head.disputes > 0 || labels.some(({ kind }) => kind === 'dispute') || none(false),
    score: report.score?.points ?? null,
  };
  return { row, labels };
}

const badRecords: ReadonlySet<PublicRecordKind> = new Set(['tax_arrears', 'judgment', 'enforcement', 'penalty']);

const unknownFigures = {
  loan_balance: null,
  loan_balance_6m_ago: null,
  unsecured_balance: null,
  lender_count: null,
  small_loan_count: null,
  monthly_due: null,
  card_limit: null,
  card_utilisation: null,
  overdue_current: null,
  overdue_max_terms_24m: null,
  overdue_count_24m: null,
  overdue_count_60m: null,
  dpd90_count_24m: null,
  worst_class5: null,
  credit_age_months: null,
  special_flag: null,
};

function accountFigures(accounts: readonly Account[], asOf: Temporal.PlainDate) {
  const open = accounts.filter(isOpen);
  const loans = open.filter(({ type }) => loanTypes.has(type));
  const cards = open.filter(({ type }) => cardTypes.has(type));
  const limit = cardLimit(cards);
  return {
    loan_balance: sum(loans.map(balanceOf)),
    loan_balance_6m_ago: balanceBefore(accounts, asOf.subtract({ months: 6 })),
    unsecured_balance: unsecuredBalance(loans),
    lender_count: distinct(loans.map(({ lender }) => lender)),
    small_loan_count: loans.filter(({ lenderKind }) => lenderKind === smallLender).length,
    monthly_due: sum(open.filter(({ type }) => type !== 'C1').map(dueOf)),
    card_limit: limit,
    card_utilisation: utilisation(cards, limit),
    overdue_current: sum(open.map(overdueOf)),
    ...historyFigures(accounts, asOf),
    worst_class5: worstClass(open),
    credit_age_months: creditAge(accounts, asOf),
    special_flag: accounts.some(isSpecial),
  };
}

/** Unknown as soon as one part is. */
function sum(parts: readonly (bigint | null)[]): bigint | null {
  let total = 0n;
  for (const part of parts) {
    if (part === null) return null;
    total += part;
  }
  return total;
}

function distinct(names: readonly (string | null)[]): number | null {
  return names.includes(null) ? null : new Set(names).size;
}

const balanceOf = ({ latest, month }: Account): bigint | null => latest?.balanceFen ?? month?.balanceFen ?? null;

/** A loan whose guarantee is not told may be unsecured: then the sum is unknown. */
function unsecuredBalance(loans: readonly Account[]): bigint | null {
  const told = loans.every(({ guarantee }) => guarantee !== null);
  return told ? sum(loans.filter(({ guarantee }) => guarantee === unsecured).map(balanceOf)) : null;
}

/** The report tells balances of today only. What it can tell of an earlier day is that no loan ran then. */
function balanceBefore(accounts: readonly Account[], day: Temporal.PlainDate): bigint | null {
  const ranThen = accounts.some(
    ({ type, openedOn, latest }) =>
      loanTypes.has(type) &&
      (openedOn === null || Temporal.PlainDate.compare(openedOn, day) <= 0) &&
      !(latest?.closedOn && Temporal.PlainDate.compare(latest.closedOn, day) <= 0),
  );
  return ranThen ? null : 0n;
}

const dueOf = (account: Account): bigint | null => (isBadDebt(account) ? balanceOf(account) : (account.month?.dueFen ?? null));

/** Of a bad debt and of a claim under collection the whole balance is past due. */
function overdueOf(account: Account): bigint | null {
  if (account.type === 'C1' || isBadDebt(account)) return balanceOf(account);
  return account.month?.overdueFen ?? null;
}

/** Cards of one lender that share a limit count it once. */
function cardLimit(cards: readonly Account[]): bigint | null {
  const shared = new Map<string, bigint>();
  const own: (bigint | null)[] = [];
  for (const { lender, limitFen, sharedLimitFen } of cards) {
    if (sharedLimitFen === null || sharedLimitFen === 0n || lender === null) own.push(limitFen);
    else
      shared.set(
        lender,
        [shared.get(lender) ?? 0n, sharedLimitFen].reduce((a, b) => (a > b ? a : b)),
      );
  }
  return sum([...own, ...shared.values()]);
}

/** Average use of the last six months over the limit, of credit cards. A quasi card is overdrawn, not used. */
function utilisation(cards: readonly Account[], limit: bigint | null): string | null {
  const used = sum(cards.map(({ type, month }) => (type === 'R2' ? month?.averageUsed6mFen : month?.averageOverdrawn6mFen) ?? null));
  if (limit === null || limit <= 0n || used === null) return null;
  const digits = String(divide(used * 10_000n, limit, 'half_up')).padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** Terms that a mark stands for: bad debt counts as the longest arrears. Guarantor's payment, payment with assets and a bad end are special, not arrears. */
function termsOf(state: PaymentState): number {
  if (state === 'B') return 7;
  return /^[1-7]$/.test(state) ? Number(state) : 0;
}

/** Both histories of an account, each month once. */
export function marksOf({ months24, months60 }: Account): MonthMark[] {
  const byMonth = new Map<string, MonthMark>();
  for (const mark of [...months60, ...months24]) byMonth.set(mark.month, mark);
  return [...byMonth.values()];
}

function historyFigures(accounts: readonly Account[], asOf: Temporal.PlainDate) {
  const terms = new Map<string, number>();
  for (const { month, state } of accounts.flatMap(marksOf)) terms.set(month, Math.max(terms.get(month) ?? 0, termsOf(state)));
  const within = (months: number) => monthsBack(asOf, months).map((month) => terms.get(month) ?? 0);
  const [last24, last60] = [within(24), within(60)];
  return {
    overdue_max_terms_24m: Math.max(...last24),
    overdue_count_24m: last24.filter((each) => each > 0).length,
    overdue_count_60m: last60.filter((each) => each > 0).length,
    // The fourth term is that of days 91 to 120.
    dpd90_count_24m: last24.filter((each) => each >= 4).length,
  };
}

/** The month of the day and those before it, as `yyyy-MM`. */
function monthsBack(day: Temporal.PlainDate, count: number): string[] {
  const month = day.toPlainYearMonth();
  return Array.from({ length: count }, (_, back) => month.subtract({ months: back }).toString());
}

function worstClass(open: readonly Account[]): Class5 | null {
  const worst = Math.max(-1, ...open.map(({ latest, month }) => classRank(latest?.class5 ? latest : month)));
  return classes[worst]?.[1] ?? null;
}

function creditAge(accounts: readonly Account[], asOf: Temporal.PlainDate): number | null {
  const openings = accounts.flatMap(({ type, openedOn }) => (type === 'C1' || openedOn === null ? [] : [openedOn]));
  const [first] = openings.toSorted((a, b) => Temporal.PlainDate.compare(a, b));
  return first === undefined ? null : Math.max(0, first.until(asOf, { largestUnit: 'months' }).months);
}

const badEnds: ReadonlySet<PaymentState> = new Set(['G', 'D', 'Z', 'B']);

function isSpecial(account: Account): boolean {
  return (
    account.type === 'C1' ||
    isBadDebt(account) ||
    account.specialTrades.some(({ kind }) => specialTradesAgainst.has(kind)) ||
    marksOf(account).some(({ state }) => badEnds.has(state))
  );
}

function loanQueries({ queries }: CreditReport, asOf: Temporal.PlainDate, months: number): number {
  const from = asOf.subtract({ months });
  return queries.filter(
    ({ on, reason }) => reason === loanApproval && Temporal.PlainDate.compare(on, from) > 0 && Temporal.PlainDate.compare(on, asOf) <= 0,
  ).length;
}

function labelsOf(report: CreditReport): ReportLabel[] {
  const places: [string, readonly Note[]][] = [
    ...report.notes.map(({ notes }): [string, readonly Note[]] => ['report', notes]),
    ...report.accounts.map(({ number, notes }): [string, readonly Note[]] => [`account ${number}`, notes]),
    ...report.agreements.map(({ number, notes }): [string, readonly Note[]] => [`agreement ${number}`, notes]),
    ...report.liabilities.map(({ notes }, index): [string, readonly Note[]] => [`liability ${index + 1}`, notes]),
    ...report.postpaid.map(({ notes }, index): [string, readonly Note[]] => [`postpaid ${index + 1}`, notes]),
    ...report.publicRecords.map(({ kind, notes }, index): [string, readonly Note[]] => [`${kind} ${index + 1}`, notes]),
  ];
  return [
    ...places.flatMap(([place, notes]) => notes.flatMap((note) => labelOf(note, place))),
    ...report.accounts.flatMap((account): ReportLabel[] =>
      marksOf(account).some(({ state }) => state === '#')
        ? [{ kind: 'unknown_months', place: `account ${account.number}`, text: null }]
        : [],
    ),
  ];
}

function labelOf({ kind: wire, text }: Pick<Note, 'kind' | 'text'>, place: string): ReportLabel[] {
  if (wire === noteKinds.special_mark && text !== null && disasterMarks.has(text)) return [{ kind: 'disaster', place, text }];
  return Object.entries(noteKinds).flatMap(([kind, code]) => (code === wire && isNoteKind(kind) ? [{ kind, place, text }] : []));
}

const isNoteKind = (kind: string): kind is keyof typeof noteKinds => kind in noteKinds;
