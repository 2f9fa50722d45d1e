import { dayIndex } from '#core/calendar/index.ts';
import type { DayCount } from '#core/calendar/index.ts';
import { defaultRates, runningInstalment } from '#core/loan/index.ts';
import type { Instalment, InstalmentState, Loan } from '#core/loan/index.ts';
import type { InterestAnchor, Method } from '#core/schedule/index.ts';
import type { Tx } from '#platform/postgres/index.ts';

/** What a loan's row says beside what core/loan knows of it. */
export interface LoanAbout {
  readonly loanId: bigint;
  readonly entityId: string;
  readonly facilityId: bigint;
  readonly personId: string;
  readonly gridCode: string;
  readonly product: string;
  readonly origin: string;
  readonly previousLoanId: bigint | null;
  readonly principalFen: bigint;
  readonly lprSpreadPpm: number | null;
  readonly repriceEvery: 'never' | 'january' | 'anniversary';
  readonly repriceOn: string | null;
  /** The part of the yearly rate that the treasury pays. */
  readonly subsidyPpm: number;
}

export interface StoredLoan {
  readonly about: LoanAbout;
  readonly loan: Loan;
}

export interface LoanRow {
  loan_id: bigint;
  entity_id: string;
  facility_id: bigint;
  person_id: string;
  grid_code: string;
  product: string;
  origin: string;
  previous_loan_id: bigint | null;
  principal_fen: bigint;
  method: Method;
  day_count: DayCount;
  rate_ppm: number;
  lpr_spread_ppm: number | null;
  reprice_every: LoanAbout['repriceEvery'];
  reprice_on: string | null;
  subsidy_ppm: number;
  start_date: string;
  first_maturity: string;
  maturity: string;
  due_day: number;
  interest_every: 1 | 3;
  interest_anchor: InterestAnchor;
  grace_days: number;
  penalty_markup_ppm: number;
  misuse_markup_ppm: number | null;
  principal_first: boolean;
  prepayment_fee_ppm: number;
  state: Loan['state'];
  accrued_to: string;
  normal_principal_fen: bigint;
  overdue_principal_fen: bigint;
  elapsed_days: number;
  interest_numerator: bigint;
  accrued_interest_fen: bigint;
  due_interest_fen: bigint;
  penalty_numerator: bigint;
  penalty_fen: bigint;
  compound_numerator: bigint;
  compound_fen: bigint;
  costs_fen: bigint;
  days_past_due: number;
  is_accruing: boolean;
}

interface InstalmentRow {
  loan_id: bigint;
  number: number;
  start_date: string;
  due_date: string;
  days: number;
  principal_fen: bigint;
  interest_fen: bigint;
  state: InstalmentState;
  unpaid_principal_fen: bigint;
  unpaid_interest_fen: bigint;
}

/** The loan with its plan, locked against other acts until the transaction ends when `lock` is given. Null when there is none in the entity. */
export async function findLoan(tx: Tx, entityId: string, loanId: bigint, lock?: 'lock'): Promise<StoredLoan | null> {
  const [row] = await tx.query<LoanRow>(
    `select * from servicing.loan where entity_id = $1 and loan_id = $2 ${lock ? 'for no key update' : ''}`,
    [entityId, loanId],
  );
  if (!row) return null;
  const lines = await tx.query<InstalmentRow>('select * from servicing.instalment where loan_id = $1 order by number', [loanId]);
  return { about: aboutOf(row), loan: loanOf(row, lines.map(instalmentOf)) };
}

/** Loans as `findLoan` reads them, in the order of their ids, for comparing and for work on many at a time. */
export async function findLoans(tx: Tx, entityId: string, loanIds: readonly bigint[]): Promise<StoredLoan[]> {
  const rows = await tx.query<LoanRow>('select * from servicing.loan where entity_id = $1 and loan_id = any($2) order by loan_id', [
    entityId,
    loanIds,
  ]);
  const lines = await tx.query<InstalmentRow>('select * from servicing.instalment where loan_id = any($1) order by loan_id, number', [
    loanIds,
  ]);
  const byLoan = Map.groupBy(lines, (line) => line.loan_id);
  return rows.map((row) => ({ about: aboutOf(row), loan: loanOf(row, (byLoan.get(row.loan_id) ?? []).map(instalmentOf)) }));
}

function aboutOf(row: LoanRow): LoanAbout {
  return {
    loanId: row.loan_id,
    entityId: row.entity_id,
    facilityId: row.facility_id,
    personId: row.person_id,
    gridCode: row.grid_code,
    product: row.product,
    origin: row.origin,
    previousLoanId: row.previous_loan_id,
    principalFen: row.principal_fen,
    lprSpreadPpm: row.lpr_spread_ppm,
    repriceEvery: row.reprice_every,
    repriceOn: row.reprice_on,
    subsidyPpm: row.subsidy_ppm,
  };
}

export function loanOf(row: LoanRow, instalments: readonly Instalment[]): Loan {
  return {
    terms: {
      method: row.method,
      dayCount: row.day_count,
      ratePpm: BigInt(row.rate_ppm),
      startDate: row.start_date,
      firstMaturity: row.first_maturity,
      maturity: row.maturity,
      dueDay: row.due_day,
      interestEvery: row.interest_every,
      interestAnchor: row.interest_anchor,
      graceDays: row.grace_days,
      penaltyMarkupPpm: BigInt(row.penalty_markup_ppm),
      misuseMarkupPpm: row.misuse_markup_ppm === null ? null : BigInt(row.misuse_markup_ppm),
      principalFirstWhenBad: row.principal_first,
      prepaymentFeePpm: BigInt(row.prepayment_fee_ppm),
    },
    state: row.state,
    accruedTo: row.accrued_to,
    normalPrincipalFen: row.normal_principal_fen,
    overduePrincipalFen: row.overdue_principal_fen,
    elapsedDays: row.elapsed_days,
    interestNumerator: row.interest_numerator,
    accruedInterestFen: row.accrued_interest_fen,
    dueInterestFen: row.due_interest_fen,
    penaltyNumerator: row.penalty_numerator,
    penaltyFen: row.penalty_fen,
    compoundNumerator: row.compound_numerator,
    compoundFen: row.compound_fen,
    costsFen: row.costs_fen,
    daysPastDue: row.days_past_due,
    isAccruing: row.is_accruing,
    instalments,
  };
}

const instalmentOf = (row: InstalmentRow): Instalment => ({
  number: row.number,
  start: row.start_date,
  due: row.due_date,
  days: row.days,
  principalFen: row.principal_fen,
  interestFen: row.interest_fen,
  state: row.state,
  unpaidPrincipalFen: row.unpaid_principal_fen,
  unpaidInterestFen: row.unpaid_interest_fen,
});

/** Every column that a loan's acts change, by name. */
export function stateColumns(loan: Loan): Record<string, unknown> {
  const { terms } = loan;
  const rates = defaultRates(terms);
  const running = loan.state === 'active' ? runningInstalment(loan) : null;
  return {
    rate_ppm: terms.ratePpm,
    overdue_rate_ppm: rates.overdue,
    misuse_rate_ppm: rates.misuse,
    misuse_markup_ppm: terms.misuseMarkupPpm,
    maturity: terms.maturity,
    state: loan.state,
    accrued_to: loan.accruedTo,
    normal_principal_fen: loan.normalPrincipalFen,
    overdue_principal_fen: loan.overduePrincipalFen,
    elapsed_days: loan.elapsedDays,
    interest_numerator: loan.interestNumerator,
    accrued_interest_fen: loan.accruedInterestFen,
    due_interest_fen: loan.dueInterestFen,
    penalty_numerator: loan.penaltyNumerator,
    penalty_fen: loan.penaltyFen,
    compound_numerator: loan.compoundNumerator,
    compound_fen: loan.compoundFen,
    costs_fen: loan.costsFen,
    days_past_due: loan.daysPastDue,
    is_accruing: loan.isAccruing,
    running_number: running?.number ?? null,
    running_start_index: running ? dayIndex(Temporal.PlainDate.from(running.start), terms.dayCount) : null,
    running_due: running?.due ?? null,
    running_days: running?.days ?? null,
    running_interest_fen: running?.interestFen ?? null,
  };
}

/** Puts a new loan into its row and its plan; answers its id. */
export async function insertLoan(tx: Tx, about: Omit<LoanAbout, 'loanId'>, loan: Loan, openedAt: string): Promise<bigint> {
  const { terms } = loan;
  const values: Record<string, unknown> = {
    entity_id: about.entityId,
    facility_id: about.facilityId,
    person_id: about.personId,
    grid_code: about.gridCode,
    product: about.product,
    origin: about.origin,
    previous_loan_id: about.previousLoanId,
    principal_fen: about.principalFen,
    method: terms.method,
    day_count: terms.dayCount,
    lpr_spread_ppm: about.lprSpreadPpm,
    reprice_every: about.repriceEvery,
    reprice_on: about.repriceOn,
    subsidy_ppm: about.subsidyPpm,
    start_date: terms.startDate,
    first_maturity: terms.firstMaturity,
    due_day: terms.dueDay,
    interest_every: terms.interestEvery,
    interest_anchor: terms.interestAnchor,
    grace_days: terms.graceDays,
    penalty_markup_ppm: terms.penaltyMarkupPpm,
    principal_first: terms.principalFirstWhenBad,
    prepayment_fee_ppm: terms.prepaymentFeePpm,
    opened_at: openedAt,
    ...stateColumns(loan),
  };
  const names = Object.keys(values);
  const [row] = await tx.query<{ loan_id: bigint }>(
    `insert into servicing.loan (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')}) returning loan_id`,
    Object.values(values),
  );
  if (!row) throw new Error('a loan was not inserted');
  await writeInstalments(tx, about.entityId, row.loan_id, loan.instalments);
  return row.loan_id;
}

/** Writes what an act changed. `before` is the loan as it was read under the lock. */
export async function updateLoan(tx: Tx, { about, loan: before }: StoredLoan, after: Loan): Promise<void> {
  const values = stateColumns(after);
  const names = Object.keys(values);
  await tx.query(`update servicing.loan set ${names.map((name, index) => `${name} = $${index + 2}`).join(', ')} where loan_id = $1`, [
    about.loanId,
    ...Object.values(values),
  ]);
  const unchanged = new Set(before.instalments);
  const changed = after.instalments.filter((line) => !unchanged.has(line));
  const kept = new Set(after.instalments.map((line) => line.number));
  const dropped = before.instalments.filter((line) => !kept.has(line.number)).map((line) => line.number);
  if (dropped.length > 0) {
    await tx.query('delete from servicing.instalment where loan_id = $1 and number = any($2)', [about.loanId, dropped]);
  }
  await writeInstalments(tx, about.entityId, about.loanId, changed);
}

async function writeInstalments(tx: Tx, entityId: string, loanId: bigint, lines: readonly Instalment[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `insert into servicing.instalment (entity_id, loan_id, number, start_date, due_date, days, principal_fen, interest_fen, state, unpaid_principal_fen, unpaid_interest_fen)
     select $1, $2, * from unnest($3::int[], $4::date[], $5::date[], $6::int[], $7::bigint[], $8::bigint[], $9::text[], $10::bigint[], $11::bigint[])
     on conflict (loan_id, number) do update set start_date = excluded.start_date, due_date = excluded.due_date, days = excluded.days,
       principal_fen = excluded.principal_fen, interest_fen = excluded.interest_fen, state = excluded.state,
       unpaid_principal_fen = excluded.unpaid_principal_fen, unpaid_interest_fen = excluded.unpaid_interest_fen`,
    [
      entityId,
      loanId,
      lines.map((line) => line.number),
      lines.map((line) => line.start),
      lines.map((line) => line.due),
      lines.map((line) => line.days),
      lines.map((line) => line.principalFen),
      lines.map((line) => line.interestFen),
      lines.map((line) => line.state),
      lines.map((line) => line.unpaidPrincipalFen),
      lines.map((line) => line.unpaidInterestFen),
    ],
  );
}
