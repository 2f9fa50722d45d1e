import type { DayCount } from '#core/calendar/index.ts';
import { shareOf } from '#core/money/index.ts';
import type { InterestAnchor, Method } from '#core/schedule/index.ts';

/** A business date as `YYYY-MM-DD`: compares as text, and a loan can be written down as it is. */
export type Day = string;

export type InstalmentState = 'planned' | 'billed' | 'paid';

/** One line of the plan with what has become of it. Amounts in fen. */
export interface Instalment {
  readonly number: number;
  /** First day of its interest period; the last is the day before `due`. */
  readonly start: Day;
  readonly due: Day;
  /** Days of the period by the loan's day count. */
  readonly days: number;
  readonly principalFen: bigint;
  readonly interestFen: bigint;
  readonly state: InstalmentState;
  readonly unpaidPrincipalFen: bigint;
  /** 0 until billed. */
  readonly unpaidInterestFen: bigint;
}

/** What the contract says. Only a contract act (reprice, extend, restructure, misuse) makes other terms. */
export interface LoanTerms {
  readonly method: Method;
  readonly dayCount: DayCount;
  readonly ratePpm: bigint;
  readonly startDate: Day;
  /** As first agreed: extensions are measured by it. */
  readonly firstMaturity: Day;
  readonly maturity: Day;
  readonly dueDay: number;
  /** Months between interest dates of `interest_only`. */
  readonly interestEvery: 1 | 3;
  /** Where quarters of `interest_only` are counted from. */
  readonly interestAnchor: InterestAnchor;
  /** Days after a due date without penalty (宽限期). Days past due count from the due date all the same. */
  readonly graceDays: number;
  /** On top of the rate for overdue principal (罚息), 300,000–500,000 ppm of the rate. */
  readonly penaltyMarkupPpm: bigint;
  /** Set while money is known to be misused (挪用), 500,000–1,000,000 ppm of the rate. The heavier of the two markups counts, never both. */
  readonly misuseMarkupPpm: bigint | null;
  /** Principal before interest once more than 90 days past due (先本后息). */
  readonly principalFirstWhenBad: boolean;
  /** Charged on principal that is repaid before its day, as part of it; 0 unless the contract discloses one. */
  readonly prepaymentFeePpm: bigint;
}

/**
 * A loan (借据) at the opening of `accruedTo`: what is owed, what has been accrued and not billed, and the plan.
 * Numerators are fen × ppm × days; divided by the year's basis and a million they are fen.
 */
export interface Loan {
  readonly terms: LoanTerms;
  readonly state: 'active' | 'settled' | 'written_off';
  readonly accruedTo: Day;
  readonly normalPrincipalFen: bigint;
  readonly overduePrincipalFen: bigint;
  /** Days of the running period that have passed, by the day count. */
  readonly elapsedDays: number;
  readonly interestNumerator: bigint;
  readonly accruedInterestFen: bigint;
  readonly dueInterestFen: bigint;
  readonly penaltyNumerator: bigint;
  readonly penaltyFen: bigint;
  readonly compoundNumerator: bigint;
  readonly compoundFen: bigint;
  /** Costs of recovery to be borne by the borrower. */
  readonly costsFen: bigint;
  /** At the end of the day before `accruedTo`. */
  readonly daysPastDue: number;
  /** False beyond 90 days past due: interest is then kept off the balance sheet. */
  readonly isAccruing: boolean;
  readonly instalments: readonly Instalment[];
}

/** What a loan owes, by kind. Each is a balance of the loan and an account of the ledger. */
export const balances = [
  'normal_principal',
  'overdue_principal',
  'accrued_interest',
  'due_interest',
  'penalty',
  'compound',
  'costs',
] as const;
export type Balance = (typeof balances)[number];

/**
 * What happens to a balance. `bill` turns accrued into due interest, `overdue` normal into overdue principal, `restore` the reverse;
 * `suspend` and `resume` carry interest off the balance sheet and back; `subsidise` lets somebody else owe it; `fee` is charged and paid at once for
 * the balance that is repaid early, and leaves that balance as it is.
 */
export const acts = [
  'disburse',
  'accrue',
  'bill',
  'overdue',
  'restore',
  'suspend',
  'resume',
  'charge',
  'pay',
  'fee',
  'waive',
  'subsidise',
  'write_off',
  'recover',
] as const;
export type Act = (typeof acts)[number];

export interface Movement {
  readonly act: Act;
  readonly balance: Balance;
  readonly amountFen: bigint;
  readonly instalment?: number;
  /** Interest of a loan that is not accruing moves between memorandum accounts. */
  readonly isOffBalance: boolean;
}

export interface Step {
  readonly loan: Loan;
  readonly movements: readonly Movement[];
}

/** Everything that could be asked for today without an early repayment. */
export function dueFen(loan: Loan): bigint {
  const principal = loan.instalments.reduce((sum, line) => (line.state === 'billed' ? sum + line.unpaidPrincipalFen : sum), 0n);
  return loan.costsFen + loan.compoundFen + loan.penaltyFen + loan.dueInterestFen + principal;
}

/** Everything that is owed, due or not. */
export function owedFen(loan: Loan): bigint {
  return balances.reduce((sum, balance) => sum + balanceOf(loan, balance), 0n);
}

/** What it costs to be rid of the loan today: everything that is owed, and the fee for principal that is repaid before its day. */
export function payoffFen(loan: Loan): bigint {
  return owedFen(loan) + shareOf(earlyPrincipalFen(loan), loan.terms.prepaymentFeePpm, 'half_up');
}

/** Principal whose day has not come. */
function earlyPrincipalFen(loan: Loan): bigint {
  if (loan.state !== 'active') return 0n;
  return loan.instalments.reduce((sum, line) => (line.state === 'planned' ? sum + line.unpaidPrincipalFen : sum), 0n);
}

/**
 * A loan of which nothing is left is settled; any other is as it was. Its plan may have dates to come on which nothing was to be paid (parts of a fen
 * rounded up, agreed dates whose principal was repaid early): they are closed with it.
 */
export function settle(loan: Loan): Loan {
  if (owedFen(loan) !== 0n) return loan;
  return {
    ...loan,
    state: 'settled',
    daysPastDue: 0,
    interestNumerator: 0n,
    penaltyNumerator: 0n,
    compoundNumerator: 0n,
    instalments: loan.instalments.map((line) => (line.state === 'planned' ? { ...line, state: 'paid' } : line)),
  };
}

/** Interest of every kind that is owed, billed or not. */
export const interestBalances = ['accrued_interest', 'due_interest', 'penalty', 'compound'] as const;

export function balanceOf(loan: Loan, balance: Balance): bigint {
  switch (balance) {
    case 'normal_principal':
      return loan.normalPrincipalFen;
    case 'overdue_principal':
      return loan.overduePrincipalFen;
    case 'accrued_interest':
      return loan.accruedInterestFen;
    case 'due_interest':
      return loan.dueInterestFen;
    case 'penalty':
      return loan.penaltyFen;
    case 'compound':
      return loan.compoundFen;
    case 'costs':
      return loan.costsFen;
  }
}

/** One movement for each balance that is not empty. */
export function moveAll(loan: Loan, act: Act, which: readonly Balance[], isOffBalance: boolean): Movement[] {
  return which.flatMap((balance) => {
    const amountFen = balanceOf(loan, balance);
    return amountFen === 0n ? [] : [{ act, balance, amountFen, isOffBalance }];
  });
}

/** The line whose period is running, or null after the last due date. */
export function runningInstalment(loan: Loan): Instalment | null {
  return loan.instalments.find((line) => line.state === 'planned') ?? null;
}

/** The due date of the oldest line that is unpaid and past its day at the end of `day`. */
export function overdueSince(instalments: readonly Instalment[], day: Day): Day | null {
  return instalments.find((line) => line.state === 'billed' && line.due <= day)?.due ?? null;
}
