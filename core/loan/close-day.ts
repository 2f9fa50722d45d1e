import { denominatorOf, defaultRates, elapsedDays, fenOf, next } from './interest.ts';
import { interestBalances, moveAll, overdueSince, runningInstalment } from './loan.ts';
import type { Day, Instalment, Loan, Movement, Step } from './loan.ts';

/** Beyond this many days past due interest is no longer income (非应计). */
export const nonAccrualDays = 90;

/**
 * Ends the business date that the loan stands at: marks what is overdue, accrues the night, bills what falls due tomorrow, counts the days past due.
 * The same rule runs over all loans as SQL at the end of the day; the two are held to each other.
 */
export function closeDay(loan: Loan): Step {
  if (loan.state !== 'active') return { loan: { ...loan, accruedTo: next(loan.accruedTo) }, movements: [] };
  const day = loan.accruedTo;
  const movements: Movement[] = [];
  const marked = markOverdue(loan, day, movements);
  const accrued = accrueNight(marked, day, movements);
  const billed = billTomorrow(accrued, next(day), movements);
  const isClear = loan.penaltyFen + loan.compoundFen === 0n;
  return { loan: countDays({ ...billed, accruedTo: next(day) }, day, isClear, movements), movements };
}

/** Principal whose day ends unpaid. */
function markOverdue(loan: Loan, day: Day, movements: Movement[]): Loan {
  const line = loan.instalments.find((instalment) => instalment.state === 'billed' && instalment.due === day);
  if (!line || line.unpaidPrincipalFen === 0n) return loan;
  movements.push({
    act: 'overdue',
    balance: 'normal_principal',
    amountFen: line.unpaidPrincipalFen,
    instalment: line.number,
    isOffBalance: false,
  });
  return {
    ...loan,
    normalPrincipalFen: loan.normalPrincipalFen - line.unpaidPrincipalFen,
    overduePrincipalFen: loan.overduePrincipalFen + line.unpaidPrincipalFen,
  };
}

function accrueNight(loan: Loan, day: Day, movements: Movement[]): Loan {
  const { terms } = loan;
  const { dayCount, ratePpm } = terms;
  const rates = defaultRates(terms);
  const running = runningInstalment(loan);
  const elapsed = running ? elapsedDays(running, next(day), dayCount) : loan.elapsedDays;
  const overdue = overdueBases(loan.instalments, day, terms.graceDays);
  const compoundRate = day < terms.maturity ? ratePpm : rates.overdue;
  const interestNumerator = loan.interestNumerator + loan.normalPrincipalFen * ratePpm * BigInt(elapsed - loan.elapsedDays);
  const penaltyNumerator =
    loan.penaltyNumerator +
    overdue.principalFen * rates.overdue +
    overdue.principalInGraceFen * (ratePpm + rates.misuse) +
    loan.normalPrincipalFen * rates.misuse;
  const compoundNumerator = loan.compoundNumerator + overdue.interestFen * compoundRate;
  const after: Loan = {
    ...loan,
    elapsedDays: elapsed,
    interestNumerator,
    accruedInterestFen: fenOf(interestNumerator, dayCount),
    penaltyNumerator,
    penaltyFen: fenOf(penaltyNumerator, dayCount),
    compoundNumerator,
    compoundFen: fenOf(compoundNumerator, dayCount),
  };
  const isOffBalance = !loan.isAccruing;
  const grown = [
    { balance: 'accrued_interest', amountFen: after.accruedInterestFen - loan.accruedInterestFen },
    { balance: 'penalty', amountFen: after.penaltyFen - loan.penaltyFen },
    { balance: 'compound', amountFen: after.compoundFen - loan.compoundFen },
  ] as const;
  movements.push(
    ...grown.filter(({ amountFen }) => amountFen !== 0n).map((growth) => ({ act: 'accrue' as const, ...growth, isOffBalance })),
  );
  return after;
}

/**
 * What bears penalty and compound interest in the night after `day`. Within grace overdue principal bears the contract rate, with
 * the markup while the money is misused, and interest none.
 */
function overdueBases(instalments: readonly Instalment[], day: Day, graceDays: number) {
  const bases = { principalFen: 0n, principalInGraceFen: 0n, interestFen: 0n };
  for (const line of instalments) {
    if (line.state !== 'billed' || line.due > day) continue;
    if (day < lastGraceDay(line.due, graceDays)) {
      bases.principalInGraceFen += line.unpaidPrincipalFen;
    } else {
      bases.principalFen += line.unpaidPrincipalFen;
      bases.interestFen += line.unpaidInterestFen;
    }
  }
  return bases;
}

const lastGraceDay = (due: Day, graceDays: number): Day =>
  graceDays === 0 ? due : Temporal.PlainDate.from(due).add({ days: graceDays }).toString();

/** The interest of a period that ends tomorrow becomes payable, so that it can be paid on its day. The period's numerator ends with it. */
function billTomorrow(loan: Loan, tomorrow: Day, movements: Movement[]): Loan {
  const running = runningInstalment(loan);
  if (!running || running.due !== tomorrow) return loan;
  const amountFen = loan.accruedInterestFen;
  if (amountFen !== running.interestFen) {
    throw new Error(
      `instalment ${running.number} due ${tomorrow} bills ${amountFen} fen of interest where its plan says ${running.interestFen}`,
    );
  }
  if (amountFen !== 0n) {
    movements.push({ act: 'bill', balance: 'accrued_interest', amountFen, instalment: running.number, isOffBalance: !loan.isAccruing });
  }
  const isEmpty = amountFen === 0n && running.unpaidPrincipalFen === 0n;
  const billed: Instalment = { ...running, state: isEmpty ? 'paid' : 'billed', unpaidInterestFen: amountFen };
  return {
    ...loan,
    elapsedDays: 0,
    interestNumerator: 0n,
    accruedInterestFen: 0n,
    dueInterestFen: loan.dueInterestFen + amountFen,
    instalments: loan.instalments.map((line) => (line === running ? billed : line)),
  };
}

/**
 * Days past due at the end of `day`; what they mean for income. Interest comes back to the books once nothing is overdue and penalty and compound
 * interest were paid by the end of business (`isClear`).
 */
function countDays(loan: Loan, day: Day, isClear: boolean, movements: Movement[]): Loan {
  const since = overdueSince(loan.instalments, day);
  const daysPastDue = since === null ? 0 : Temporal.PlainDate.from(since).until(Temporal.PlainDate.from(day), { largestUnit: 'day' }).days;
  const isAccruing = loan.isAccruing ? daysPastDue <= nonAccrualDays : since === null && isClear;
  if (isAccruing !== loan.isAccruing) movements.push(...moveAll(loan, isAccruing ? 'resume' : 'suspend', interestBalances, false));
  return { ...loan, daysPastDue, isAccruing };
}

/** Takes whole fen out of a numerator, so that the rest of a fen is not lost. */
export const takeOut = (loan: Loan, numerator: bigint, fen: bigint): bigint => numerator - fen * denominatorOf(loan.terms.dayCount);
