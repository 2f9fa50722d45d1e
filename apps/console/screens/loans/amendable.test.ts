import { expect, test } from 'vitest';
import { balanceOf, balances, closeDay, dueFen, isRefusal, openLoan, payoffFen, receive, type Loan } from '#core/loan/index.ts';
import { sampleTerms } from '#core/loan/testing/lives.ts';
import { periodsOf } from '#core/schedule/index.ts';
import { loanPage, type LoanPage } from '#modules/servicing/contract.ts';
import { claimFen, misuseSeen, nightlyFen, offered } from './amendable.ts';

const startDate = Temporal.PlainDate.from('2026-01-15');
const agreed = { startDate, months: 12, dueDay: 15, dayCount: 'actual/365', method: 'equal_installment', interestEvery: 1 } as const;
const periods = periodsOf(agreed);
const ratePpm = 36_000n;

/** A loan of 100,000 yuan on `day`; what falls due is paid up to and with `paysUntil`. */
function loanOn(day: string, paysUntil: string, terms: Partial<Loan['terms']> = {}): Loan {
  if ('refused' in periods) throw new Error(periods.refused);
  const opened = openLoan({ ...sampleTerms, dayCount: 'actual/365', ratePpm, ...terms }, 10_000_000n, periods);
  if (isRefusal(opened)) throw new Error(opened.refused);
  let { loan } = opened;
  while (loan.accruedTo < day) {
    if (dueFen(loan) > 0n && loan.accruedTo <= paysUntil) {
      const paid = receive(loan, { day: loan.accruedTo, amountFen: dueFen(loan), prepayment: null });
      if (isRefusal(paid)) throw new Error(paid.refused);
      loan = paid.loan;
    }
    loan = closeDay(loan).loan;
  }
  return loan;
}

function pageOf(loan: Loan, more: Partial<LoanPage> = {}): LoanPage {
  const markup = loan.terms.misuseMarkupPpm ?? loan.terms.penaltyMarkupPpm;
  return loanPage.parse({
    loan_id: 'L1',
    facility_id: 'F1',
    person_id: 'P000000000000001',
    person_name: '测试',
    product: '整村授信贷',
    principal_fen: '10000000',
    method: loan.terms.method,
    rate_ppm: Number(loan.terms.ratePpm),
    start_date: loan.terms.startDate,
    maturity: loan.terms.maturity,
    state: loan.state,
    days_past_due: loan.daysPastDue,
    is_accruing: loan.isAccruing,
    accrued_to: loan.accruedTo,
    next_due: null,
    ...Object.fromEntries(balances.map((balance) => [`${balance}_fen`, String(balanceOf(loan, balance))])),
    day_count: loan.terms.dayCount,
    grace_days: loan.terms.graceDays,
    overdue_rate_ppm: Number(loan.terms.ratePpm + (loan.terms.ratePpm * markup) / 1_000_000n),
    origin: '01',
    previous_loan_id: null,
    lpr_spread_ppm: null,
    reprice_on: null,
    subsidy_ppm: 0,
    business_date: loan.accruedTo,
    due_fen: String(dueFen(loan)),
    payoff_fen: String(payoffFen(loan)),
    instalments: loan.instalments.map((line) => ({
      number: line.number,
      start_date: line.start,
      due_date: line.due,
      days: line.days,
      principal_fen: String(line.principalFen),
      interest_fen: String(line.interestFen),
      state: line.state,
      unpaid_principal_fen: String(line.unpaidPrincipalFen),
      unpaid_interest_fen: String(line.unpaidInterestFen),
    })),
    events: [],
    ...more,
  });
}

const everything = (): boolean => true;
const words = (loan: LoanPage, may = everything as (permission: string) => boolean): string[] =>
  offered(loan, may).map(({ action, block }) => (block === null ? action : `${action}: ${block}`));

test.each<[string, LoanPage, string[]]>([
  [
    'on its first day',
    pageOf(loanOn('2026-01-15', '2027-01-15')),
    ['rate', 'extension', 'restructuring', 'renewal', 'waiver: no_penalty', 'misuse', 'cost', 'write_off'],
  ],
  [
    'with interest accrued',
    pageOf(loanOn('2026-03-01', '2027-01-15')),
    ['rate', 'extension', 'restructuring', 'renewal: interest_unpaid', 'waiver: no_penalty', 'misuse', 'cost', 'write_off'],
  ],
  [
    'past due',
    pageOf(loanOn('2026-04-20', '2026-03-01')),
    ['rate', 'extension: overdue', 'restructuring: interest_unpaid', 'renewal: overdue', 'waiver', 'misuse', 'cost', 'write_off'],
  ],
  [
    'past its maturity',
    pageOf(loanOn('2027-02-01', '2026-12-20')),
    [
      'rate: after_maturity',
      'extension: overdue',
      'restructuring: interest_unpaid',
      'renewal: overdue',
      'waiver',
      'misuse',
      'cost',
      'write_off',
    ],
  ],
  ['written off', pageOf(loanOn('2026-04-20', '2026-03-01'), { state: 'written_off' }), ['recovery']],
  ['settled', pageOf(loanOn('2026-04-20', '2026-03-01'), { state: 'settled' }), []],
])('%s a loan can be asked for', (_name, loan, wanted) => {
  expect(words(loan)).toEqual(wanted);
});

test('a claim that has come in whole is not recovered again', () => {
  const none = { overdue_principal_fen: '0', due_interest_fen: '0', penalty_fen: '0', compound_fen: '0', costs_fen: '0' };
  const loan = pageOf(loanOn('2026-04-20', '2026-03-01'), { state: 'written_off', ...none });
  expect([words(loan), claimFen(loan)]).toEqual([['recovery: all_recovered'], 0n]);
});

test('only what the reader may ask for is offered', () => {
  const loan = pageOf(loanOn('2026-03-01', '2027-01-15'));
  expect(words(loan, (permission) => permission === 'servicing.repay')).toEqual([]);
  expect(words({ ...loan, state: 'written_off' }, (permission) => permission === 'servicing.amend')).toEqual([]);
});

test('what one more night adds is what the rule of the night adds, to the rounding of its three balances', () => {
  const lives = [
    loanOn('2026-03-01', '2027-01-15'),
    loanOn('2026-02-15', '2026-02-01'),
    loanOn('2026-05-20', '2026-03-01'),
    loanOn('2027-03-01', '2026-06-20'),
    loanOn('2026-03-20', '2026-02-20', { graceDays: 10 }),
    loanOn('2026-03-20', '2026-02-20', { graceDays: 10, misuseMarkupPpm: 1_000_000n }),
    loanOn('2026-03-20', '2027-01-15', { misuseMarkupPpm: 1_000_000n }),
  ];
  for (const loan of lives) {
    const grown = payoffFen(closeDay(loan).loan) - payoffFen(loan);
    const told = nightlyFen(pageOf(loan));
    expect(told, loan.accruedTo).toBeGreaterThan(0n);
    expect(told - grown > -3n && told - grown < 3n, `${loan.accruedTo}: ${told} told, ${grown} grown`).toBe(true);
  }
});

test.each([
  [500_000n, null, null],
  [500_000n, 500_000n, null],
  [500_000n, 800_000n, 800_000],
])('a penalty of %s and misuse of %s is seen as misuse of %s', (penaltyMarkupPpm, misuseMarkupPpm, seen) => {
  expect(misuseSeen(pageOf(loanOn('2026-02-01', '2027-01-15', { penaltyMarkupPpm, misuseMarkupPpm })))).toBe(seen);
});
