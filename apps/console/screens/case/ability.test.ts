import fc from 'fast-check';
import { expect, test } from 'vitest';
import { abilityOf, principalFor } from './ability.ts';

test.each([
  ['a shop', 1_200_000n, 500_000n, 100_000n, { leftFen: 600_000n, instalmentFen: 420_000n, burdenPpm: 433_333 }],
  ['somebody who spends it all', 500_000n, 500_000n, 0n, { leftFen: 0n, instalmentFen: 0n, principalFen: 0n, burdenPpm: 0 }],
  ['somebody whose debts are too many', 300_000n, 200_000n, 200_000n, { leftFen: -100_000n, instalmentFen: 0n, principalFen: 0n }],
  ['somebody without income', 0n, 100_000n, 0n, { leftFen: -100_000n, burdenPpm: null, principalFen: 0n }],
])('%s', (_who, incomeFen, outgoingsFen, debtFen, wanted) => {
  expect(abilityOf({ incomeFen, outgoingsFen, debtFen }, { months: 12, ratePpm: 48_500 })).toMatchObject(wanted);
});

test('without interest the principal is the sum of its instalments', () => {
  expect(principalFor(420_000n, 12, 0)).toBe(5_040_000n);
});

const amount = fc.bigInt({ min: 0n, max: 100_000_000n });
const months = fc.integer({ min: 1, max: 60 });
const rate = fc.integer({ min: 0, max: 240_000 });

test('the instalments repay the principal and its interest, month by month', () => {
  fc.assert(
    fc.property(amount, months, rate, (instalment, term, ratePpm) => {
      let owed = principalFor(instalment, term, ratePpm);
      for (let month = 0; month < term; month += 1) {
        // Interest rounded up: the harder way for the borrower.
        const interest = (owed * BigInt(ratePpm) + 11_999_999n) / 12_000_000n;
        owed = owed + interest - instalment;
      }
      // Rounding up costs at most a fen a month, grown by its interest.
      expect(owed <= BigInt(term) * 4n).toBe(true);
    }),
  );
});

test('more income never carries less, more months never less, a higher price never more', () => {
  fc.assert(
    fc.property(amount, amount, amount, months, rate, (income, more, outgoings, term, ratePpm) => {
      const of = (incomeFen: bigint, monthsOf: number, price: number): bigint =>
        abilityOf({ incomeFen, outgoingsFen: outgoings, debtFen: 0n }, { months: monthsOf, ratePpm: price }).principalFen;
      const base = of(income, term, ratePpm);
      expect(of(income + more, term, ratePpm) >= base).toBe(true);
      expect(of(income, term + 1, ratePpm) >= base).toBe(true);
      expect(of(income, term, ratePpm + 1000) <= base).toBe(true);
    }),
  );
});
