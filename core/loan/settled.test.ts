import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closeDay, dueFen, isRefusal, owedFen, receive } from './index.ts';
import type { Loan } from './index.ts';
import { anyAgreed, anyCustom, anyLife, live, opened } from './testing/lives.ts';

/** A loan of which nothing is owed and that still plans something, or the other way round. */
function fault(loan: Loan): string | null {
  const { state, instalments } = loan;
  const owes = owedFen(loan) > 0n;
  if (state === 'active' && !owes) return 'nothing is owed and the loan is not settled';
  if (state !== 'settled') return null;
  if (owes) return 'a settled loan owes something';
  if (instalments.some((line) => line.unpaidPrincipalFen + line.unpaidInterestFen > 0n))
    return 'a settled loan has a line with something unpaid';
  return instalments.every((line) => line.state === 'paid') ? null : 'a settled loan has a line that is not paid';
}

/** Pays what is due on every day on which something is, to the end. */
function paidToTheEnd(loan: Loan, each: (loan: Loan) => void): void {
  let present = loan;
  while (present.state === 'active' && present.accruedTo <= loan.terms.maturity) {
    const due = dueFen(present);
    const step = due === 0n ? closeDay(present) : receive(present, { day: present.accruedTo, amountFen: due, prepayment: null });
    if (isRefusal(step)) throw new Error(step.refused);
    present = step.loan;
    each(present);
  }
}

describe('a settled loan', () => {
  test.each([
    ['on regular dates', anyAgreed.map(opened)],
    ['on dates and parts of its own', anyCustom],
  ])('%s has every line paid, and a loan that owes nothing is settled', { timeout: 120_000 }, (_name, anyOpened) => {
    fc.assert(
      fc.property(anyOpened, anyLife, (first, life) => {
        const faults: string[] = [];
        const look = (loan: Loan): void => {
          const wrong = fault(loan);
          if (wrong) faults.push(`${loan.accruedTo}: ${wrong}`);
        };
        const loan = live(first, life, (_before, step) => look(step.loan));
        paidToTheEnd(loan, look);
        expect(faults).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
