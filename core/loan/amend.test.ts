import { describe, expect, test } from 'vitest';
import {
  closeDay,
  dueFen,
  extend,
  isRefusal,
  latestExtension,
  openLoan,
  receive,
  reprice,
  restructure,
  setMisuse,
  waive,
} from './index.ts';
import type { Loan, LoanRefusal, LoanTerms, Step } from './index.ts';
import { opened, sampleTerms } from './testing/lives.ts';

const terms: LoanTerms = { ...sampleTerms, method: 'bullet', dayCount: 'actual/360', ratePpm: 72_000n };

/** 100,000 yuan on these terms. */
function lent(changed: Partial<LoanTerms> = {}, months = 12): Loan {
  const agreed = { ...terms, ...changed };
  const maturity = Temporal.PlainDate.from(agreed.startDate).add({ months }).toString();
  return opened({ terms: { ...agreed, firstMaturity: maturity, maturity }, principalFen: 10_000_000n, months }).loan;
}

function after(step: Step | LoanRefusal): Loan {
  if (isRefusal(step)) throw new Error(step.refused);
  return step.loan;
}

const told = (step: Step | LoanRefusal): string => (isRefusal(step) ? step.refused : step.loan.terms.maturity);

/** Nights in which nothing is paid. */
function onDay(loan: Loan, day: string): Loan {
  let present = loan;
  while (present.accruedTo < day) present = closeDay(present).loan;
  return present;
}

/** Nights in which everything is paid on its day. */
function paidTo(loan: Loan, day: string): Loan {
  let present = loan;
  while (present.accruedTo < day) {
    const due = dueFen(present);
    if (due > 0n) present = after(receive(present, { day: present.accruedTo, amountFen: due, prepayment: null }));
    present = closeDay(present).loan;
  }
  return present;
}

const plannedOf = (loan: Loan): string[] =>
  loan.instalments.filter(({ state }) => state === 'planned').map(({ start, due, days }) => `${start} ${due} ${days}`);

describe('the last day of an extension', () => {
  test.each([
    ['6 months, as long again', '2026-03-31', 6, '2027-03-31'],
    ['6 months into a February, as long again', '2025-08-31', 6, '2026-08-31'],
    ['12 months, as long again', '2026-01-15', 12, '2028-01-15'],
    ['24 months, half of it', '2026-02-01', 24, '2029-02-01'],
    ['36 months, half of it', '2026-07-01', 36, '2031-01-01'],
    ['25 months, half of it', '2026-01-15', 25, '2029-03-02'],
    ['60 months, half of it', '2024-02-29', 60, '2031-08-29'],
    ['61 months, three years', '2026-01-15', 61, '2034-02-15'],
  ])('of %s', (_name, startDate, months, latest) => {
    const start = Temporal.PlainDate.from(startDate);
    const loan = lent({ startDate, dueDay: start.day }, months);
    expect(latestExtension(loan)).toBe(latest);
    const beyond = Temporal.PlainDate.from(latest).add({ days: 1 }).toString();
    expect([told(extend(loan, startDate, latest)), told(extend(loan, startDate, beyond))]).toEqual([latest, 'extension_too_long']);
  });

  test.each([
    ['of 100 days, 100 days', '2026-04-25', '2026-08-03'],
    ['of 401 days, 200 days', '2027-02-20', '2027-09-08'],
  ])('%s', (_name, firstMaturity, latest) => {
    expect(latestExtension({ ...lent(), terms: { ...terms, firstMaturity, maturity: firstMaturity } })).toBe(latest);
  });
});

describe('the dates that an extension adds', () => {
  test.each<[string, Partial<LoanTerms>, string, string[]]>([
    [
      'are regular from a due day on',
      { method: 'equal_installment' },
      '2027-04-15',
      ['2027-01-15 2027-02-15 31', '2027-02-15 2027-03-15 28', '2027-03-15 2027-04-15 31'],
    ],
    [
      'pass over a due day that is too near to the old maturity',
      { method: 'equal_installment', startDate: '2026-01-31', dueDay: 1 },
      '2027-04-01',
      ['2027-01-31 2027-03-01 29', '2027-03-01 2027-04-01 31'],
    ],
    [
      'pass over a due day that is too near to the new one',
      { method: 'equal_principal', startDate: '2026-01-01', dueDay: 31 },
      '2027-04-01',
      ['2027-01-01 2027-01-31 30', '2027-01-31 2027-02-28 28', '2027-02-28 2027-04-01 32'],
    ],
    [
      'hold every quarter day',
      { method: 'interest_only', startDate: '2026-03-01', dueDay: 21, interestEvery: 3, interestAnchor: 'calendar' },
      '2027-09-01',
      ['2027-03-01 2027-03-21 20', '2027-03-21 2027-06-21 92', '2027-06-21 2027-09-01 72'],
    ],
    ['are the end alone when it is near', { method: 'equal_installment' }, '2027-01-20', ['2027-01-15 2027-01-20 5']],
  ])('%s', (_name, changed, maturity, added) => {
    const loan = lent(changed);
    const longer = after(extend(loan, loan.accruedTo, maturity));
    expect(plannedOf(longer).slice(plannedOf(loan).length)).toEqual(added);
  });
});

describe('an early repayment for a shorter term', () => {
  const shorter = (): Loan => {
    const loan = paidTo(lent({ method: 'equal_installment', dayCount: '30/360' }), '2026-03-15');
    return after(receive(loan, { day: '2026-03-15', amountFen: dueFen(loan) + 6_000_000n, prepayment: 'shorten' }));
  };

  test('ends the term with its last date', () => {
    const loan = shorter();
    expect([plannedOf(loan).at(-1), loan.terms.maturity, loan.terms.firstMaturity]).toEqual([
      '2026-05-15 2026-06-15 30',
      '2026-06-15',
      '2027-01-15',
    ]);
  });

  test('is extended and repriced before that date, not on it', () => {
    const loan = paidTo(shorter(), '2026-05-20');
    expect([told(extend(loan, '2026-05-20', '2026-06-15')), told(extend(loan, '2026-05-20', '2026-07-15'))]).toEqual([
      'maturity_not_later',
      '2026-07-15',
    ]);
    const last = onDay(loan, '2026-06-15');
    expect([told(extend(last, '2026-06-15', '2027-06-15')), told(reprice(last, '2026-06-15', 50_000n))]).toEqual([
      'after_maturity',
      'after_maturity',
    ]);
  });
});

describe('a loan that nobody paid at its end is restructured', () => {
  test.each<[string, Partial<LoanTerms>]>([
    ['paid back in one', { method: 'bullet' }],
    ['by instalments', { method: 'equal_installment' }],
    ['interest first', { method: 'interest_only' }],
  ])('%s', (_name, changed) => {
    const late = onDay(lent(changed), '2027-02-15');
    expect(told(restructure(late, '2027-02-15', { ratePpm: 50_000n, maturity: '2028-02-15' }))).toBe('interest_unpaid');
    const waived = after(waive(late, '2027-02-15'));
    const cleared = after(receive(waived, { day: '2027-02-15', amountFen: waived.dueInterestFen, prepayment: null }));
    const anew = after(restructure(cleared, '2027-02-15', { ratePpm: 50_000n, maturity: '2028-02-15' }));
    expect([anew.overduePrincipalFen, anew.normalPrincipalFen, anew.terms.maturity]).toEqual([
      0n,
      cleared.overduePrincipalFen,
      '2028-02-15',
    ]);
    expect(plannedOf(anew).at(-1)).toMatch(/ 2028-02-15 /);
    expect(paidTo(anew, '2028-02-16').state).toBe('settled');
    expect(told(restructure(cleared, '2027-02-15', { ratePpm: 50_000n, maturity: '2057-02-16' }))).toBe('plan_impossible');
  });

  test('on agreed dates, what was overdue with the last of them', () => {
    const dates = ['2026-07-15', '2026-10-15', '2027-01-15'];
    const step = openLoan(
      { ...terms, method: 'custom' },
      9_000_000n,
      dates.map((due, index) => ({
        start: Temporal.PlainDate.from(dates[index - 1] ?? terms.startDate),
        due: Temporal.PlainDate.from(due),
        days: 90,
      })),
      [4_000_000n, 3_000_000n, 2_000_000n],
    );
    const late = onDay(after(step), '2026-08-15');
    const waived = after(waive(late, '2026-08-15'));
    const cleared = after(receive(waived, { day: '2026-08-15', amountFen: waived.dueInterestFen, prepayment: null }));
    const anew = after(restructure(cleared, '2026-08-15', { ratePpm: 50_000n, maturity: '2027-06-15' }));
    const planned = anew.instalments.filter(({ state }) => state === 'planned');
    expect(planned.map(({ due, principalFen }) => `${due} ${principalFen}`)).toEqual(['2026-10-15 3000000', '2027-06-15 6000000']);
  });
});

test('misused money bears its markup also while overdue principal has its grace', () => {
  const misused = after(setMisuse(lent({ graceDays: 5 }, 3), '2026-01-15', 1_000_000n));
  const night = (day: string): bigint => {
    const loan = onDay(misused, day);
    const next = closeDay(loan).loan;
    return (
      next.accruedInterestFen + next.dueInterestFen + next.penaltyFen - loan.accruedInterestFen - loan.dueInterestFen - loan.penaltyFen
    );
  };
  expect(['2026-04-10', '2026-04-15', '2026-04-19', '2026-04-20'].map(night)).toEqual([4_000n, 4_000n, 4_000n, 4_000n]);
});

test('interest comes back to the books once penalty and compound interest are paid too', () => {
  const bad = onDay(lent({ principalFirstWhenBad: true }, 3), '2026-08-31');
  const [principal, rest] = [bad.overduePrincipalFen + bad.dueInterestFen, bad.penaltyFen + bad.compoundFen];
  expect([bad.isAccruing, rest > 0n]).toEqual([false, true]);
  const half = closeDay(after(receive(bad, { day: '2026-08-31', amountFen: principal, prepayment: null }))).loan;
  expect([half.daysPastDue, half.isAccruing, half.penaltyFen + half.compoundFen]).toEqual([0, false, rest]);
  expect(onDay(half, '2027-01-01').isAccruing).toBe(false);
  const paid = after(receive(half, { day: '2026-09-01', amountFen: rest, prepayment: null }));
  expect([paid.state, half.normalPrincipalFen]).toEqual(['settled', 0n]);
});
