import { expect, test } from 'vitest';
import { interestIsFaint, interestOfTenThousand, planOf, type PlanTerms } from './plan.ts';

const terms: PlanTerms = {
  startDate: Temporal.PlainDate.from('2026-01-15'),
  amountFen: 10_000_000n,
  ratePpm: 36_000n,
  method: 'equal_installment',
  months: 12,
  dueDay: 15,
  dayCount: '30/360',
  interestEvery: 1,
  feeFen: 0n,
  eachFeeFen: 0n,
};

function made(changed: Partial<PlanTerms>) {
  const plan = planOf({ ...terms, ...changed });
  if ('refused' in plan || 'refused' in plan.cost) throw new Error('no plan');
  return { ...plan, cost: plan.cost };
}

test('without fees the simple yearly rate is the rate of the contract', () => {
  const plan = made({});
  expect(plan.lines.length).toBe(12);
  expect(plan.feesFen).toBe(0n);
  expect(Number(plan.cost.simplePpm)).toBeCloseTo(36_000, -1);
  expect(plan.cost.irrPpm).toBeGreaterThan(36_000n);
});

test('a fee costs more the earlier it is paid', () => {
  const [none, later, first] = [made({}), made({ eachFeeFen: 10_000n }), made({ feeFen: 120_000n })];
  expect([later.feesFen, first.feesFen]).toEqual([120_000n, 120_000n]);
  expect(later.cost.irrPpm).toBeGreaterThan(none.cost.irrPpm);
  expect(first.cost.irrPpm).toBeGreaterThan(later.cost.irrPpm);
});

test.each([
  ['equal_installment', 36_000n, 19_607n],
  ['interest_only', 36_000n, 36_000n],
  ['bullet', 43_500n, 43_500n],
  ['equal_principal', 36_000n, 19_500n],
] as const)('10,000 yuan for a year by %s at %s ppm cost %s fen', (method, ratePpm, interest) => {
  const fen = interestOfTenThousand({ ...terms, method, ratePpm });
  // The annuity's last line takes what rounding leaves.
  expect(Math.abs(Number((fen ?? 0n) - interest))).toBeLessThan(10);
});

test('what makes no plan is refused with its code', () => {
  expect(planOf({ ...terms, months: 361 })).toEqual({ refused: 'months_out_of_range' });
  expect(planOf({ ...terms, amountFen: 0n })).toEqual({ refused: 'principal_not_positive' });
});

test.each([
  ['a bullet loan pays its interest beside all of its principal', [{ principalFen: 5_000_000n, interestFen: 180_000n }], true],
  [
    'interest first, principal last',
    [
      { principalFen: 0n, interestFen: 15_000n },
      { principalFen: 5_000_000n, interestFen: 15_000n },
    ],
    true,
  ],
  ['a long loan in equal instalments', [{ principalFen: 100_000n, interestFen: 80_000n }], false],
  ['nothing is paid for the money', [{ principalFen: 100_000n, interestFen: 0n }], false],
  ['there is no plan', [], false],
])('%s: whether interest needs a scale of its own', (_what, lines, isFaint) => {
  expect(interestIsFaint(lines)).toBe(isFaint);
});
