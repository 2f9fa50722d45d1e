/** What the lender does to a running contract. Each needs a second person; that is the caller's to see to. */
import { monthly, wholeMonths } from '#core/calendar/index.ts';
import { takeOut } from './close-day.ts';
import { balanceOf, interestBalances, moveAll, settle } from './loan.ts';
import type { Balance, Day, Loan, Movement, Step } from './loan.ts';
import { extendedPeriods, remainingPeriods, replan } from './replan.ts';
import { refused } from './refusal.ts';
import type { LoanRefusal } from './refusal.ts';

const still = (loan: Loan, day: Day): LoanRefusal | null => {
  if (loan.state !== 'active') return refused('not_active');
  return day === loan.accruedTo ? null : refused('not_today');
};

/**
 * Another yearly rate from the opening of `day` on; nights before keep theirs.
 * Refuses: not_active, not_today, rate_unchanged, after_maturity, plan_impossible.
 */
export function reprice(loan: Loan, day: Day, ratePpm: bigint): Step | LoanRefusal {
  const refusal = still(loan, day);
  if (refusal) return refusal;
  if (ratePpm === loan.terms.ratePpm) return refused('rate_unchanged');
  if (day >= loan.terms.maturity) return refused('after_maturity');
  const planned = replan({ ...loan, terms: { ...loan.terms, ratePpm } }, day, { keep: 'dates' });
  return 'refused' in planned ? planned : { loan: planned, movements: [] };
}

/**
 * A later maturity (展期), asked for before the present one with nothing overdue.
 * Source of the limits: 贷款通则 and real systems: up to one year the total must not exceed the original term, up to five years half of it, beyond three years.
 * Refuses: not_active, not_today, overdue, after_maturity, maturity_not_later, extension_too_long, plan_impossible.
 */
export function extend(loan: Loan, day: Day, maturity: Day): Step | LoanRefusal {
  const refusal = still(loan, day);
  if (refusal) return refusal;
  if (loan.instalments.some((line) => line.state === 'billed' && line.due < day)) return refused('overdue');
  if (day >= loan.terms.maturity) return refused('after_maturity');
  if (maturity <= loan.terms.maturity) return refused('maturity_not_later');
  if (maturity > latestExtension(loan)) return refused('extension_too_long');
  const planned = replan(loan, day, { keep: 'dates' }, extendedPeriods(loan, day, maturity));
  return 'refused' in planned ? planned : { loan: { ...planned, terms: { ...planned.terms, maturity } }, movements: [] };
}

/**
 * The last day to which a loan may be extended, all extensions together. Terms of whole months are counted in months (half a month is 15 days), others
 * in days.
 */
export function latestExtension({ terms }: Loan): Day {
  const start = Temporal.PlainDate.from(terms.startDate);
  const first = Temporal.PlainDate.from(terms.firstMaturity);
  const months = wholeMonths(start, first);
  const { days } = start.until(first, { largestUnit: 'day' });
  const isWithin = (years: number): boolean => Temporal.PlainDate.compare(first, monthly(start, 12 * years, start.day)) <= 0;
  if (!isWithin(5)) return monthly(first, 36, start.day).toString();
  if (months === null) return first.add({ days: isWithin(1) ? days : Math.floor(days / 2) }).toString();
  if (isWithin(1)) return monthly(first, months, start.day).toString();
  return monthly(first, Math.floor(months / 2), start.day)
    .add({ days: months % 2 === 0 ? 0 : 15 })
    .toString();
}

/**
 * Money found to be misused, or no longer (`markupPpm` null).
 * Refuses: not_active, not_today, markup_out_of_range.
 */
export function setMisuse(loan: Loan, day: Day, markupPpm: bigint | null): Step | LoanRefusal {
  const refusal = still(loan, day);
  if (refusal) return refusal;
  if (markupPpm !== null && (markupPpm < 500_000n || markupPpm > 1_000_000n)) return refused('markup_out_of_range');
  return { loan: { ...loan, terms: { ...loan.terms, misuseMarkupPpm: markupPpm } }, movements: [] };
}

/** As long as a plan may be from its first day. */
const longestMonths = 360;

/**
 * New terms for a borrower in difficulty (重组): what is overdue goes back into the plan. Interest must be paid or waived first.
 * Refuses: not_active, not_today, interest_unpaid, maturity_not_later, plan_impossible.
 */
export function restructure(loan: Loan, day: Day, agreed: { ratePpm: bigint; maturity: Day }): Step | LoanRefusal {
  const refusal = still(loan, day);
  if (refusal) return refusal;
  if (loan.dueInterestFen + loan.penaltyFen + loan.compoundFen + loan.costsFen > 0n) return refused('interest_unpaid');
  if (agreed.maturity <= loan.terms.maturity || agreed.maturity <= day) return refused('maturity_not_later');
  if (agreed.maturity > Temporal.PlainDate.from(day).add({ months: longestMonths }).toString()) return refused('plan_impossible');
  const restored: Loan = {
    ...loan,
    terms: { ...loan.terms, ratePpm: agreed.ratePpm },
    normalPrincipalFen: loan.normalPrincipalFen + loan.overduePrincipalFen,
    overduePrincipalFen: 0n,
    daysPastDue: 0,
    instalments: loan.instalments.map((line) => (line.state === 'billed' ? { ...line, state: 'paid', unpaidPrincipalFen: 0n } : line)),
  };
  const periods = extendedPeriods(restored, day, agreed.maturity);
  const planned = replan(restored, day, { keep: 'dates' }, periods.length > 0 ? periods : remainingPeriods(restored, day));
  if ('refused' in planned) return planned;
  const movements: Movement[] =
    loan.overduePrincipalFen > 0n
      ? [{ act: 'restore', balance: 'overdue_principal', amountFen: loan.overduePrincipalFen, isOffBalance: false }]
      : [];
  return { loan: { ...planned, terms: { ...planned.terms, maturity: agreed.maturity } }, movements };
}

/**
 * Costs of recovery that the borrower bears.
 * Refuses: amount_not_positive, not_active, not_today.
 */
export function chargeCost(loan: Loan, day: Day, amountFen: bigint): Step | LoanRefusal {
  if (amountFen <= 0n) return refused('amount_not_positive');
  const refusal = still(loan, day);
  if (refusal) return refusal;
  return {
    loan: { ...loan, costsFen: loan.costsFen + amountFen },
    movements: [{ act: 'charge', balance: 'costs', amountFen, isOffBalance: false }],
  };
}

/**
 * Gives up penalty and compound interest (减免).
 * Refuses: not_active, not_today, nothing_due.
 */
export function waive(loan: Loan, day: Day): Step | LoanRefusal {
  const refusal = still(loan, day);
  if (refusal) return refusal;
  if (loan.penaltyFen + loan.compoundFen === 0n) return refused('nothing_due');
  const waived: Loan = {
    ...loan,
    penaltyFen: 0n,
    penaltyNumerator: takeOut(loan, loan.penaltyNumerator, loan.penaltyFen),
    compoundFen: 0n,
    compoundNumerator: takeOut(loan, loan.compoundNumerator, loan.compoundFen),
  };
  return { loan: settle(waived), movements: moveAll(loan, 'waive', ['penalty', 'compound'], !loan.isAccruing) };
}

/**
 * Part of a billed line's interest is owed by the treasury instead (财政贴息). Only what is billed and unpaid can be.
 * Refuses: amount_not_positive, not_active, not_today, nothing_due, more_than_due.
 */
export function subsidise(loan: Loan, day: Day, number: number, amountFen: bigint): Step | LoanRefusal {
  if (amountFen <= 0n) return refused('amount_not_positive');
  const refusal = still(loan, day);
  if (refusal) return refusal;
  const line = loan.instalments.find((instalment) => instalment.number === number && instalment.state === 'billed');
  if (!line || !loan.isAccruing) return refused('nothing_due');
  if (amountFen > line.unpaidInterestFen) return refused('more_than_due');
  const unpaidInterestFen = line.unpaidInterestFen - amountFen;
  const isPaid = unpaidInterestFen === 0n && line.unpaidPrincipalFen === 0n;
  const after: Loan = {
    ...loan,
    dueInterestFen: loan.dueInterestFen - amountFen,
    instalments: loan.instalments.map((other) =>
      other === line ? { ...line, unpaidInterestFen, state: isPaid ? 'paid' : 'billed' } : other,
    ),
  };
  return {
    loan: settle(after),
    movements: [{ act: 'subsidise', balance: 'due_interest', amountFen, instalment: number, isOffBalance: false }],
  };
}

/**
 * Writes the loan off (核销): the balance leaves the books, the claim stays (账销案存) and nothing accrues any more.
 * Refuses: not_active, not_today.
 */
export function writeOff(loan: Loan, day: Day): Step | LoanRefusal {
  const refusal = still(loan, day);
  if (refusal) return refusal;
  const principal = loan.normalPrincipalFen + loan.overduePrincipalFen;
  const movements = [
    ...moveAll(loan, 'write_off', ['normal_principal', 'overdue_principal', 'costs'], false),
    ...moveAll(loan, 'write_off', interestBalances, !loan.isAccruing),
  ];
  const claimed: Loan = {
    ...loan,
    state: 'written_off',
    normalPrincipalFen: 0n,
    overduePrincipalFen: principal,
    elapsedDays: 0,
    interestNumerator: 0n,
    accruedInterestFen: 0n,
    dueInterestFen: loan.dueInterestFen + loan.accruedInterestFen,
  };
  return { loan: claimed, movements };
}

/**
 * Money that comes in after all: principal first.
 * Refuses: amount_not_positive, not_written_off, not_today, more_than_owed.
 */
export function recover(loan: Loan, day: Day, amountFen: bigint): Step | LoanRefusal {
  if (amountFen <= 0n) return refused('amount_not_positive');
  if (loan.state !== 'written_off') return refused('not_written_off');
  if (day !== loan.accruedTo) return refused('not_today');
  if (amountFen > claims.reduce((sum, [balance]) => sum + balanceOf(loan, balance), 0n)) return refused('more_than_owed');
  let [left, after] = [amountFen, loan];
  const movements: Movement[] = [];
  for (const [balance, field] of claims) {
    const taken = left < after[field] ? left : after[field];
    if (taken === 0n) continue;
    after = { ...after, [field]: after[field] - taken };
    left -= taken;
    movements.push({ act: 'recover', balance, amountFen: taken, isOffBalance: true });
  }
  return { loan: after, movements };
}

/** What a claim is made of once it has left the books, in the order in which money meets it. */
const claims = [
  ['overdue_principal', 'overduePrincipalFen'],
  ['costs', 'costsFen'],
  ['due_interest', 'dueInterestFen'],
  ['penalty', 'penaltyFen'],
  ['compound', 'compoundFen'],
] as const satisfies readonly (readonly [Balance, keyof Loan])[];
