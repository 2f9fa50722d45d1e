import { expect, test } from 'vitest';
import { isRefusal, openLoan, payoffFen, dueFen, balanceOf, balances, closeDay, receive, type Loan } from '#core/loan/index.ts';
import { sampleTerms } from '#core/loan/testing/lives.ts';
import { periodsOf } from '#core/schedule/index.ts';
import { loanPage, type LoanPage } from '#modules/servicing/contract.ts';
import { planOf } from '../../parts/plan.ts';
import { costOfLoan, nextInstalment, planLinesOf } from './loan-terms.ts';

const startDate = Temporal.PlainDate.from('2026-01-15');
const principalFen = 10_000_000n;
const agreed = { startDate, months: 12, dueDay: 15, dayCount: '30/360', method: 'equal_installment', interestEvery: 1 } as const;

interface Life {
  loan: Loan;
  paid: { day: string; amountFen: bigint }[];
}

/** A loan closed day by day up to `until`; what falls due is paid until `paysUntil`, and once a part early. */
function lived({ until, paysUntil, early }: { until: string; paysUntil: string; early?: { day: string; amountFen: bigint } }): Life {
  const periods = periodsOf(agreed);
  if ('refused' in periods) throw new Error(periods.refused);
  const terms = { ...sampleTerms, method: agreed.method, dayCount: agreed.dayCount };
  const opened = openLoan(terms, principalFen, periods);
  if (isRefusal(opened)) throw new Error(opened.refused);
  const life: Life = { loan: opened.loan, paid: [] };
  const pay = (day: string, amountFen: bigint, prepayment: 'lower' | null): void => {
    const step = receive(life.loan, { day, amountFen, prepayment });
    if (isRefusal(step)) throw new Error(step.refused);
    life.loan = step.loan;
    life.paid.push({ day, amountFen });
  };
  for (let date = startDate; date.toString() < until; date = date.add({ days: 1 })) {
    const day = date.toString();
    if (dueFen(life.loan) > 0n && day <= paysUntil) pay(day, dueFen(life.loan), null);
    if (early?.day === day) pay(day, early.amountFen, 'lower');
    if (life.loan.state === 'active') life.loan = closeDay(life.loan).loan;
  }
  return life;
}

function pageOf({ loan, paid }: Life): LoanPage {
  return loanPage.parse({
    loan_id: 'L1',
    facility_id: 'F1',
    person_id: 'P000000000000001',
    person_name: null,
    product: '整村授信贷',
    principal_fen: String(principalFen),
    method: loan.terms.method,
    rate_ppm: Number(loan.terms.ratePpm),
    start_date: loan.terms.startDate,
    maturity: loan.terms.maturity,
    state: loan.state,
    days_past_due: loan.daysPastDue,
    is_accruing: loan.isAccruing,
    next_due: null,
    accrued_to: loan.accruedTo,
    ...Object.fromEntries(balances.map((balance) => [`${balance}_fen`, String(balanceOf(loan, balance))])),
    day_count: loan.terms.dayCount,
    grace_days: 0,
    overdue_rate_ppm: 54_000,
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
    events: paid.map(({ day, amountFen }, index) => ({
      event_id: `E${index + 1}`,
      business_date: day,
      kind: 'repayment',
      amount_fen: String(amountFen),
      is_reversed: false,
      actor_id: 'A003',
      at: `${day}T02:00:00Z`,
    })),
  });
}

const planned = planOf({ ...agreed, amountFen: principalFen, ratePpm: 36_000n, feeFen: 0n, eachFeeFen: 0n });
if ('refused' in planned) throw new Error('no plan');

test.each(['2026-01-15', '2026-02-15', '2026-05-20', '2026-12-31'])(
  'paid to the day until %s, a loan costs what its plan said',
  (until) => {
    const page = pageOf(lived({ until, paysUntil: '2027-12-31' }));
    expect(costOfLoan(page)).toMatchObject({ interestFen: planned.interestFen, yearly: planned.cost });
  },
);

test('an early repayment saves interest; a late one costs penalty on top', () => {
  const early = costOfLoan(
    pageOf(lived({ until: '2026-06-01', paysUntil: '2027-12-31', early: { day: '2026-03-20', amountFen: 4_000_000n } })),
  );
  const late = costOfLoan(pageOf(lived({ until: '2026-06-01', paysUntil: '2026-02-28' })));
  expect(early?.interestFen).toBeLessThan(planned.interestFen);
  expect(late?.interestFen).toBeGreaterThan(planned.interestFen);
  expect(early?.paidInterestFen).toBeGreaterThan(0n);
});

test('the lines as drawn end at nothing, and what was repaid early is gone before the lines that follow', () => {
  const page = pageOf(lived({ until: '2026-06-01', paysUntil: '2027-12-31', early: { day: '2026-05-20', amountFen: 4_000_000n } }));
  const lines = planLinesOf(page);
  expect(lines.at(-1)?.balanceFen).toBe(0n);
  const [last, first] = [lines.findLast((line) => line.state === 'paid'), lines.find((line) => line.state === 'planned')];
  expect((last?.balanceFen ?? 0n) - (first?.balanceFen ?? 0n)).toBeGreaterThan(3_900_000n);
  expect(BigInt(page.normal_principal_fen)).toBe((first?.balanceFen ?? 0n) + (first?.principalFen ?? 0n));
});

test('what is billed and past its day is late; the next line is the first one after today', () => {
  const page = pageOf(lived({ until: '2026-04-15', paysUntil: '2026-02-28' }));
  expect(
    planLinesOf(page)
      .map((line) => [line.state, line.isOverdue])
      .slice(0, 4),
  ).toEqual([
    ['paid', false],
    ['billed', true],
    ['billed', false],
    ['planned', false],
  ]);
  expect(nextInstalment(page.instalments, page.business_date)?.due_date).toBe('2026-05-15');
});

test('with as many events as a page holds nothing is claimed', () => {
  const page = pageOf(lived({ until: '2026-03-01', paysUntil: '2027-12-31' }));
  const [event] = page.events;
  if (!event) throw new Error('nothing was paid');
  expect(costOfLoan({ ...page, events: Array.from({ length: 200 }, () => event) })).toBeNull();
  expect(costOfLoan({ ...page, state: 'written_off' })).toBeNull();
});
