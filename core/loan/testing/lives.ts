/** Random loans and random things that happen to them, for properties here and for holding SQL to the same rule. */
import fc from 'fast-check';
import { dayCounts } from '#core/calendar/index.ts';
import { interestAnchors, periodsOf } from '#core/schedule/index.ts';
import {
  chargeCost,
  closeDay,
  extend,
  isRefusal,
  openLoan,
  payoffFen,
  dueFen,
  receive,
  reprice,
  restructure,
  setMisuse,
  subsidise,
  waive,
} from '../index.ts';
import type { Day, Loan, LoanRefusal, LoanTerms, Step } from '../index.ts';

export interface Agreed {
  readonly terms: LoanTerms;
  readonly principalFen: bigint;
  readonly months: number;
}

/** Terms of 12 months from 2026-01-15, for tests that change what they are about. */
export const sampleTerms: LoanTerms = {
  method: 'equal_installment',
  dayCount: '30/360',
  ratePpm: 36_000n,
  startDate: '2026-01-15',
  firstMaturity: '2027-01-15',
  maturity: '2027-01-15',
  dueDay: 15,
  interestEvery: 1,
  interestAnchor: 'start',
  graceDays: 0,
  penaltyMarkupPpm: 500_000n,
  misuseMarkupPpm: null,
  principalFirstWhenBad: false,
  prepaymentFeePpm: 0n,
};

const methods = ['equal_installment', 'equal_principal', 'interest_only', 'bullet', 'revolving'] as const;

export const anyAgreed: fc.Arbitrary<Agreed> = fc
  .record({
    start: fc.integer({ min: 0, max: 1500 }),
    months: fc.integer({ min: 1, max: 40 }),
    dueDay: fc.integer({ min: 1, max: 31 }),
    onStart: fc.boolean(),
    method: fc.constantFrom(...methods),
    dayCount: fc.constantFrom(...dayCounts),
    rate: fc.integer({ min: 0, max: 240_000 }),
    principal: fc.bigInt({ min: 1n, max: 100_000_000n }),
    interestEvery: fc.constantFrom(1 as const, 3 as const),
    interestAnchor: fc.constantFrom(...interestAnchors),
    graceDays: fc.integer({ min: 0, max: 5 }),
    markup: fc.integer({ min: 300_000, max: 500_000 }),
    principalFirst: fc.boolean(),
    prepaymentFee: fc.constantFrom(0, 0, 10_000, 33_333),
  })
  .map((drawn) => {
    const start = Temporal.PlainDate.from('2024-01-01').add({ days: drawn.start });
    const maturity = start.add({ months: drawn.months }).toString();
    return {
      months: drawn.months,
      principalFen: drawn.principal,
      terms: {
        method: drawn.method,
        dayCount: drawn.dayCount,
        ratePpm: BigInt(drawn.rate),
        startDate: start.toString(),
        firstMaturity: maturity,
        maturity,
        dueDay: drawn.onStart ? start.day : drawn.dueDay,
        interestEvery: drawn.interestEvery,
        interestAnchor: drawn.interestAnchor,
        graceDays: drawn.graceDays,
        penaltyMarkupPpm: BigInt(drawn.markup),
        misuseMarkupPpm: null,
        principalFirstWhenBad: drawn.principalFirst,
        prepaymentFeePpm: BigInt(drawn.prepaymentFee),
      },
    };
  });

/** A loan on these terms as it is on its first day. */
export function opened({ terms, principalFen, months }: Agreed): Step {
  const { startDate, dueDay, dayCount, method, interestEvery, interestAnchor } = terms;
  const start = Temporal.PlainDate.from(startDate);
  const periods = periodsOf({ startDate: start, months, dueDay, dayCount, method, interestEvery, interestAnchor });
  if ('refused' in periods) throw new Error(periods.refused);
  const step = openLoan(terms, principalFen, periods);
  if (isRefusal(step)) throw new Error(step.refused);
  return step;
}

/** A loan with dates and parts of principal of its own, some of them nothing. */
export const anyCustom: fc.Arbitrary<Step> = fc
  .record({
    agreed: anyAgreed,
    lines: fc.array(fc.record({ days: fc.integer({ min: 1, max: 200 }), part: fc.constantFrom(0n, 1n, 40_000n, 1_000_000n) }), {
      minLength: 1,
      maxLength: 8,
    }),
    rest: fc.bigInt({ min: 1n, max: 1_000_000n }),
  })
  .map(({ agreed, lines, rest }) => {
    const { startDate, dayCount } = agreed.terms;
    const start = Temporal.PlainDate.from(startDate);
    const customDates = lines.map((_, index) => start.add({ days: lines.slice(0, index + 1).reduce((sum, { days }) => sum + days, 0) }));
    const periods = periodsOf({ startDate: start, months: 1, dueDay: 1, dayCount, method: 'custom', customDates });
    if ('refused' in periods) throw new Error(periods.refused);
    const maturity = customDates.at(-1)?.toString() ?? startDate;
    const parts = lines.map(({ part }, index) => (index === 0 ? part + rest : part));
    const step = openLoan(
      { ...agreed.terms, method: 'custom', firstMaturity: maturity, maturity },
      parts.reduce((sum, part) => sum + part, 0n),
      periods,
      parts,
    );
    if (isRefusal(step)) throw new Error(step.refused);
    return step;
  });

/** Something that may happen on a day. Amounts are shares of what is owed, in thousandths, so that they always mean something. */
export type Happening =
  | { readonly kind: 'pay_due' | 'prepay_shorten' | 'prepay_lower'; readonly share: number }
  | { readonly kind: 'pay_all' | 'waive' | 'misuse' | 'use' | 'subsidise' }
  | { readonly kind: 'charge'; readonly amount: number }
  | { readonly kind: 'reprice'; readonly rate: number }
  | { readonly kind: 'extend' | 'restructure'; readonly months: number };

export const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pay_due' as const), share: fc.integer({ min: 1, max: 1000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('prepay_shorten' as const, 'prepay_lower' as const),
      share: fc.integer({ min: 1, max: 900 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('pay_all' as const, 'waive' as const, 'misuse' as const, 'use' as const, 'subsidise' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('charge' as const), amount: fc.integer({ min: 1, max: 50_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reprice' as const), rate: fc.integer({ min: 0, max: 240_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('extend' as const, 'restructure' as const), months: fc.integer({ min: 1, max: 24 }) }),
  },
);

export function happen(loan: Loan, happening: Happening): Step | LoanRefusal {
  const day = loan.accruedTo;
  const pay = (owed: bigint, share: number, prepayment: 'shorten' | 'lower' | null): Step | LoanRefusal =>
    receive(loan, { day, amountFen: (owed * BigInt(share) + 999n) / 1000n, prepayment });
  switch (happening.kind) {
    case 'pay_due':
      return pay(dueFen(loan), happening.share, null);
    case 'prepay_shorten':
      return pay(payoffFen(loan), happening.share, 'shorten');
    case 'prepay_lower':
      return pay(payoffFen(loan), happening.share, 'lower');
    case 'pay_all':
      return pay(payoffFen(loan), 1000, 'lower');
    case 'waive':
      return waive(loan, day);
    case 'misuse':
      return setMisuse(loan, day, 1_000_000n);
    case 'use':
      return setMisuse(loan, day, null);
    case 'subsidise': {
      const line = loan.instalments.findLast(({ state }) => state === 'billed');
      return subsidise(loan, day, line?.number ?? 0, ((line?.unpaidInterestFen ?? 0n) + 2n) / 3n);
    }
    case 'charge':
      return chargeCost(loan, day, BigInt(happening.amount));
    case 'reprice':
      return reprice(loan, day, BigInt(happening.rate));
    case 'extend':
      return extend(loan, day, later(loan.terms.maturity, happening.months));
    case 'restructure':
      return restructure(loan, day, {
        ratePpm: loan.terms.ratePpm / 2n,
        maturity: later(loan.terms.maturity < day ? day : loan.terms.maturity, happening.months),
      });
  }
}

const later = (day: Day, months: number): Day => Temporal.PlainDate.from(day).add({ months }).toString();

/** A day or several of nothing, then something, again and again. */
export const anyLife = fc.array(fc.record({ days: fc.integer({ min: 0, max: 45 }), happening: anyHappening }), {
  minLength: 1,
  maxLength: 16,
});

/** Lives a life; `each` sees every step that was not refused. */
export function live(first: Step, life: readonly { days: number; happening: Happening }[], each: (before: Loan, step: Step) => void): Loan {
  let { loan } = first;
  const take = (step: Step): void => {
    each(loan, step);
    ({ loan } = step);
  };
  for (const { days, happening } of life) {
    for (let night = 0; night < days; night += 1) take(closeDay(loan));
    const step = happen(loan, happening);
    if (!isRefusal(step)) take(step);
  }
  return loan;
}
