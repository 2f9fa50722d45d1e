import { expect, test } from 'vitest';
import { emptyDraw, readDraw, termsOfDraw, type TypedDraw } from './typed-draw.ts';

const whole: TypedDraw = {
  ...emptyDraw('孙立国', '2026-11-20'),
  amount: '30,000',
  rate: '4.35',
  account: '6224 0320 7230 0001',
  purpose: '购买化肥',
};

test('an empty form says what is missing and makes no plan', () => {
  expect(readDraw(emptyDraw('孙立国', '2026-11-20'), 10_000_000n)).toEqual({ wrong: ['amount', 'rate', 'account', 'purpose'] });
  expect(termsOfDraw(emptyDraw('孙立国', '2026-11-20'), '2026-11-20')).toBeNull();
});

test('a whole form is a request, its account without spaces', () => {
  expect(readDraw(whole, 3_000_000n)).toMatchObject({
    request: { amount_fen: '3000000', account: '6224032072300001', terms: { rate_ppm: 43_500, months: 12, due_day: 20 } },
  });
  expect(termsOfDraw(whole, '2026-11-20')).toMatchObject({ amountFen: 3_000_000n, ratePpm: 43_500n });
});

test.each<[Partial<TypedDraw>, string]>([
  [{ amount: '30000.01' }, 'over'],
  [{ amount: 'x' }, 'amount'],
  [{ rate: '' }, 'rate'],
  [{ months: '0' }, 'months'],
  [{ due: '32' }, 'due'],
  [{ account: '123' }, 'account'],
  [{ accountName: ' ' }, 'accountName'],
  [{ purpose: '肥' }, 'purpose'],
])('%o is not right yet', (changed, wrong) => {
  expect(readDraw({ ...whole, ...changed }, 3_000_000n)).toEqual({ wrong: [wrong] });
});
