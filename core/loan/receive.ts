import { divide, wholePpm } from '#core/money/index.ts';
import { nonAccrualDays, takeOut } from './close-day.ts';
import { dueFen, interestBalances, owedFen, payoffFen, settle } from './loan.ts';
import type { Balance, Day, Instalment, Loan, Movement, Step } from './loan.ts';
import { replan } from './replan.ts';
import { refused } from './refusal.ts';
import type { LoanRefusal } from './refusal.ts';

/** Where money goes that a borrower pays for what is due. */
export type Bucket = 'cost' | 'compound' | 'penalty' | 'overdue_interest' | 'overdue_principal' | 'current_interest' | 'current_principal';

/** Costs, then interest, then principal, what is overdue before what is due today (民法典 561); within a bucket the oldest instalment first. */
export const orderByLaw: readonly Bucket[] = [
  'cost',
  'compound',
  'penalty',
  'overdue_interest',
  'overdue_principal',
  'current_interest',
  'current_principal',
];

/** 先本后息, for loans beyond 90 days past due whose contract says so. */
export const orderPrincipalFirst: readonly Bucket[] = [
  'cost',
  'overdue_principal',
  'current_principal',
  'overdue_interest',
  'current_interest',
  'penalty',
  'compound',
];

export function orderOf(loan: Loan): readonly Bucket[] {
  return loan.terms.principalFirstWhenBad && loan.daysPastDue > nonAccrualDays ? orderPrincipalFirst : orderByLaw;
}

/** What an early repayment does to the rest: the same instalment for fewer periods, or a lower one for as many. */
export const afterPrepayment = ['shorten', 'lower'] as const;
export type AfterPrepayment = (typeof afterPrepayment)[number];

export interface Payment {
  readonly day: Day;
  readonly amountFen: bigint;
  /** Null: only what is due is taken. */
  readonly prepayment: AfterPrepayment | null;
}

/**
 * Takes money in on the business date the loan stands at: what is due first, by the order of the contract; then, if asked, the interest of the
 * running period and principal before its day, with the fee that the contract has for that.
 * Refuses: amount_not_positive, not_active, not_today, nothing_due, more_than_due, more_than_owed, prepayment_too_small, plan_impossible.
 */
export function receive(loan: Loan, payment: Payment): Step | LoanRefusal {
  const { day, amountFen, prepayment } = payment;
  if (amountFen <= 0n) return refused('amount_not_positive');
  if (loan.state !== 'active') return refused('not_active');
  if (day !== loan.accruedTo) return refused('not_today');
  const due = dueFen(loan);
  if (prepayment === null && due === 0n) return refused('nothing_due');
  if (prepayment === null && amountFen > due) return refused('more_than_due');
  if (amountFen > payoffFen(loan)) return refused('more_than_owed');
  const paid = payDue(loan, amountFen < due ? amountFen : due, day);
  const left = amountFen - (amountFen < due ? amountFen : due);
  if (left === 0n) return { ...paid, loan: settle(paid.loan) };
  const early = payEarly(paid.loan, left, day, prepayment ?? 'lower');
  return 'refused' in early ? early : { loan: settle(early.loan), movements: [...paid.movements, ...early.movements] };
}

/** `amountFen` is at most what is due. */
function payDue(loan: Loan, amountFen: bigint, day: Day): Step {
  const movements: Movement[] = [];
  let [present, left] = [loan, amountFen];
  for (const bucket of orderOf(loan)) {
    if (left === 0n) break;
    const before = present;
    present = payBucket(present, bucket, left, day, movements);
    left -= owedFen(before) - owedFen(present);
  }
  return { loan: present, movements };
}

function payBucket(loan: Loan, bucket: Bucket, most: bigint, day: Day, movements: Movement[]): Loan {
  switch (bucket) {
    case 'cost': {
      const paid = least(most, loan.costsFen);
      note(movements, 'costs', paid, loan);
      return { ...loan, costsFen: loan.costsFen - paid };
    }
    case 'compound': {
      const paid = least(most, loan.compoundFen);
      note(movements, 'compound', paid, loan);
      return { ...loan, compoundFen: loan.compoundFen - paid, compoundNumerator: takeOut(loan, loan.compoundNumerator, paid) };
    }
    case 'penalty': {
      const paid = least(most, loan.penaltyFen);
      note(movements, 'penalty', paid, loan);
      return { ...loan, penaltyFen: loan.penaltyFen - paid, penaltyNumerator: takeOut(loan, loan.penaltyNumerator, paid) };
    }
    case 'overdue_interest':
      return payInterest(loan, most, (line) => line.due < day, movements);
    case 'current_interest':
      return payInterest(loan, most, (line) => line.due === day, movements);
    case 'overdue_principal':
      return payPrincipal(loan, most, (line) => line.due < day, movements);
    case 'current_principal':
      return payPrincipal(loan, most, (line) => line.due === day, movements);
  }
}

type Which = (line: Instalment) => boolean;

function payInterest(loan: Loan, most: bigint, isMeant: Which, movements: Movement[]): Loan {
  let left = most;
  const instalments = loan.instalments.map((line) => {
    if (line.state !== 'billed' || left === 0n || !isMeant(line)) return line;
    const paid = least(left, line.unpaidInterestFen);
    left -= paid;
    note(movements, 'due_interest', paid, loan, line.number);
    return closed({ ...line, unpaidInterestFen: line.unpaidInterestFen - paid });
  });
  return { ...loan, instalments, dueInterestFen: loan.dueInterestFen - (most - left) };
}

/** Principal past its day lies with the overdue principal, that of today still with the normal one. */
function payPrincipal(loan: Loan, most: bigint, isMeant: Which, movements: Movement[]): Loan {
  let left = most;
  let [normal, overdue] = [loan.normalPrincipalFen, loan.overduePrincipalFen];
  const instalments = loan.instalments.map((line) => {
    if (line.state !== 'billed' || left === 0n || !isMeant(line)) return line;
    const paid = least(left, line.unpaidPrincipalFen);
    left -= paid;
    const isOverdue = line.due < loan.accruedTo;
    if (isOverdue) overdue -= paid;
    else normal -= paid;
    note(movements, isOverdue ? 'overdue_principal' : 'normal_principal', paid, loan, line.number);
    return closed({ ...line, unpaidPrincipalFen: line.unpaidPrincipalFen - paid });
  });
  return { ...loan, instalments, normalPrincipalFen: normal, overduePrincipalFen: overdue };
}

/** Nothing is due any more. Fee and interest of the running period come first; the rest is principal before its day, and a new plan. */
function payEarly(loan: Loan, amountFen: bigint, day: Day, then: AfterPrepayment): Step | LoanRefusal {
  const interest = loan.accruedInterestFen;
  const fee = feeWithin(amountFen - interest, loan.terms.prepaymentFeePpm);
  const principal = amountFen - interest - fee;
  if (principal <= 0n) return refused('prepayment_too_small');
  const movements: Movement[] = [];
  if (fee > 0n) movements.push({ act: 'fee', balance: 'normal_principal', amountFen: fee, isOffBalance: false });
  note(movements, 'accrued_interest', interest, loan);
  note(movements, 'normal_principal', principal, loan);
  const paid: Loan = {
    ...loan,
    accruedInterestFen: 0n,
    interestNumerator: takeOut(loan, loan.interestNumerator, interest),
    normalPrincipalFen: loan.normalPrincipalFen - principal,
  };
  const planned = replan(paid, day, { keep: then === 'shorten' && hasLevel(loan) ? 'level' : 'dates' });
  return 'refused' in planned ? planned : { loan: endingWithPlan(planned), movements };
}

/** Fewer dates end the term earlier: what is agreed until maturity ends with the last of them. */
function endingWithPlan(loan: Loan): Loan {
  const last = loan.instalments.findLast(({ state }) => state === 'planned');
  return last ? { ...loan, terms: { ...loan.terms, maturity: last.due } } : loan;
}

/**
 * The fee that lies in an amount of principal and its fee together: half up to the fen. Of the whole principal and its fee it is that fee exactly, since
 * the fee of half a fen is less than half a fen.
 */
function feeWithin(amountFen: bigint, feePpm: bigint): bigint {
  return amountFen <= 0n ? 0n : divide(amountFen * feePpm, wholePpm + feePpm, 'half_up');
}

/** Only methods with a constant part can keep it for fewer dates; the others have nothing to shorten. */
const hasLevel = ({ terms: { method } }: Loan): boolean => method === 'equal_installment' || method === 'equal_principal';

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const closed = (line: Instalment): Instalment =>
  line.unpaidInterestFen === 0n && line.unpaidPrincipalFen === 0n ? { ...line, state: 'paid' } : line;

function note(movements: Movement[], balance: Balance, amountFen: bigint, loan: Loan, instalment?: number): void {
  if (amountFen === 0n) return;
  const isOffBalance = !loan.isAccruing && interestBalances.some((interest) => interest === balance);
  movements.push({ act: 'pay', balance, amountFen, isOffBalance, ...(instalment === undefined ? {} : { instalment }) });
}
