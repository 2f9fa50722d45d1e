import { expect, test } from 'vitest';
import { readTerms, typedTerms } from './asked-terms.ts';

const today = '2026-11-20';

test('an address without words asks for a plain loan from today', () => {
  const read = readTerms(typedTerms({}, today));
  expect(read).toMatchObject({
    terms: {
      amountFen: 10_000_000n,
      ratePpm: 36_000n,
      months: 12,
      dueDay: 20,
      method: 'equal_installment',
      dayCount: '30/360',
      feeFen: 0n,
    },
  });
});

test('the due day is that of the start unless it is named', () => {
  expect(typedTerms({ start: '2026-03-31' }, today).due).toBe('31');
  expect(typedTerms({ start: '2026-03-31', due: '15' }, today).due).toBe('15');
});

test.each([
  [{ amount: '' }, ['amount']],
  [{ amount: '0', rate: 'x' }, ['amount', 'rate']],
  [{ months: '361' }, ['months']],
  [{ due: '32' }, ['dueDay']],
  [{ start: '2026-02-30', due: '1' }, ['start']],
  [{ fee: '-1', each: '1.234' }, ['fee', 'eachFee']],
])('%o is told field by field', (words, wrong) => {
  expect(readTerms(typedTerms(words, today))).toEqual({ wrong });
});

test.each(['', '0', '0.00'])('a fee of “%s” is none', (fee) => {
  expect(readTerms(typedTerms({ fee }, today))).toMatchObject({ terms: { feeFen: 0n } });
});

test('words of an address that mean nothing fall back to the usual', () => {
  expect(readTerms(typedTerms({ method: 'custom', count: 'actual/366', every: '2' }, today))).toMatchObject({
    terms: { method: 'equal_installment', dayCount: '30/360', interestEvery: 1 },
  });
});
