import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balanceOf, balances, closeDay, dueFen, isRefusal, owedFen, payoffFen, receive } from './index.ts';
import type { Balance, Loan, LoanRefusal, Movement, Step } from './index.ts';
import { anyAgreed, anyLife, live, opened, sampleTerms } from './testing/lives.ts';
import type { Agreed } from './testing/lives.ts';

/** What a movement does to each balance. */
function changes(movement: Movement): Partial<Record<Balance, bigint>> {
  const { act, balance, amountFen } = movement;
  switch (act) {
    case 'disburse':
    case 'accrue':
    case 'charge':
      return { [balance]: amountFen };
    case 'bill':
      return { accrued_interest: -amountFen, due_interest: amountFen };
    case 'overdue':
      return { normal_principal: -amountFen, overdue_principal: amountFen };
    case 'restore':
      return { normal_principal: amountFen, overdue_principal: -amountFen };
    case 'suspend':
    case 'resume':
    case 'fee':
      return {};
    case 'pay':
    case 'waive':
    case 'subsidise':
    case 'write_off':
    case 'recover':
      return { [balance]: -amountFen };
  }
}

/** Names what is wrong with a step, or gives null. Cheap, because it is asked a million times. */
function fault(before: Loan, { loan, movements }: Step): string | null {
  for (const balance of balances) {
    const moved = movements.reduce((sum, movement) => sum + (changes(movement)[balance] ?? 0n), 0n);
    if (balanceOf(loan, balance) - balanceOf(before, balance) !== moved) return `${balance} moved without a movement`;
    if (balanceOf(loan, balance) < 0n) return `${balance} is negative`;
  }
  if (movements.some(({ amountFen }) => amountFen <= 0n)) return 'a movement is not positive';
  const unpaid = loan.instalments.reduce((sum, line) => sum + line.unpaidPrincipalFen, 0n);
  if (unpaid !== loan.normalPrincipalFen + loan.overduePrincipalFen) return 'the plan and the principal differ';
  const overdue = loan.instalments.reduce(
    (sum, line) => (line.state === 'billed' && line.due < loan.accruedTo ? sum + line.unpaidPrincipalFen : sum),
    0n,
  );
  if (overdue !== loan.overduePrincipalFen) return 'the overdue lines and the overdue principal differ';
  const last = loan.instalments.findLast(({ state }) => state === 'planned');
  if (last && last.due !== loan.terms.maturity) return 'the plan does not end with the term';
  const due = loan.instalments.reduce((sum, line) => sum + line.unpaidInterestFen, 0n);
  if (due !== loan.dueInterestFen) return 'the lines and the due interest differ';
  return null;
}

describe('any life of any loan', () => {
  test('balances move only by movements, the plan is the principal, and every line bills what it planned', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(anyAgreed, anyLife, (agreed, life) => {
        const first = opened(agreed);
        const faults: string[] = [];
        live(first, life, (before, step) => {
          const wrong = fault(before, step);
          if (wrong) faults.push(`${step.loan.accruedTo}: ${wrong}`);
        });
        return faults.length === 0;
      }),
      { numRuns: 2_500 },
    );
  });

  test('ends with nothing when everything is paid, for exactly the balances', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(anyAgreed, anyLife, (agreed, life) => {
        const loan = live(opened(agreed), life, () => undefined);
        if (loan.state !== 'active') return true;
        const owed = payoffFen(loan);
        const more = receive(loan, { day: loan.accruedTo, amountFen: owed + 1n, prepayment: 'lower' });
        const all = receive(loan, { day: loan.accruedTo, amountFen: owed, prepayment: 'lower' });
        if (isRefusal(all) || !isRefusal(more) || more.refused !== 'more_than_owed') return false;
        const paid = all.movements.reduce((sum, movement) => sum + movement.amountFen, 0n);
        return paid === owed && all.loan.state === 'settled' && payoffFen(all.loan) === 0n;
      }),
      { numRuns: 2_500 },
    );
  });

  test('paid on every due date, costs the planned interest and nothing else', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(anyAgreed, (agreed) => {
        const first = opened(agreed);
        const planned = first.loan.instalments.reduce((sum, line) => sum + line.interestFen, 0n);
        let { loan } = first;
        let paid = 0n;
        while (loan.state === 'active' && loan.accruedTo <= agreed.terms.maturity) {
          const due = dueFen(loan);
          const step = due === 0n ? null : receive(loan, { day: loan.accruedTo, amountFen: due, prepayment: null });
          if (step && isRefusal(step)) return false;
          if (step) {
            paid += due;
            ({ loan } = step);
          }
          ({ loan } = closeDay(loan));
        }
        return loan.state === 'settled' && paid === planned + agreed.principalFen;
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a prepayment fee of 1 %', () => {
  const agreed: Agreed = {
    months: 12,
    principalFen: 10_000_000n,
    terms: { ...sampleTerms, method: 'interest_only', prepaymentFeePpm: 10_000n },
  };
  const onDay = (day: string): Loan => {
    let { loan } = opened(agreed);
    while (loan.accruedTo < day) ({ loan } = closeDay(loan));
    return loan;
  };
  const told = (step: Step | LoanRefusal): string[] =>
    isRefusal(step) ? [step.refused] : step.movements.map(({ act, balance, amountFen }) => `${act} ${balance} ${amountFen}`);
  const pay = (loan: Loan, amountFen: bigint): string[] => told(receive(loan, { day: loan.accruedTo, amountFen, prepayment: 'lower' }));

  test.each<[string, string, bigint, string[]]>([
    ['before anything has accrued', '2026-01-15', 1_010_000n, ['fee normal_principal 10000', 'pay normal_principal 1000000']],
    [
      'with the interest of ten days',
      '2026-01-25',
      1_020_000n,
      ['fee normal_principal 10000', 'pay accrued_interest 10000', 'pay normal_principal 1000000'],
    ],
    [
      'of everything, for what is told to settle',
      '2026-01-15',
      10_100_000n,
      ['fee normal_principal 100000', 'pay normal_principal 10000000'],
    ],
    ['more than that', '2026-01-15', 10_100_001n, ['more_than_owed']],
    ['less than the interest', '2026-01-25', 10_000n, ['prepayment_too_small']],
    ['a fen of principal, whose fee is nothing', '2026-01-15', 1n, ['pay normal_principal 1']],
    ['what is due, which bears none', '2026-02-15', 30_000n, ['pay due_interest 30000']],
  ])('%s', (_name, day, amountFen, expected) => {
    expect(pay(onDay(day), amountFen)).toEqual(expected);
  });

  test('is none on the last day, when nothing is early', () => {
    const loan = onDay('2027-01-15');
    expect([payoffFen(loan), owedFen(loan)]).toEqual([dueFen(loan), dueFen(loan)]);
  });
});
