import { expect, test } from 'vitest';
import { sumOf, type Account } from './trial-check.ts';

const account = (debit: string, credit: string, balance: string): Account => ({
  account: '1303.01',
  name: { zh: '', en: '' },
  is_memorandum: false,
  debit_fen: debit,
  credit_fen: credit,
  balance_fen: balance,
});

test('debits and credits of the day and since the beginning are told apart and compared', () => {
  expect(sumOf([account('100', '30', '900'), account('0', '70', '-900')])).toEqual({
    debitFen: 100n,
    creditFen: 100n,
    debitBalanceFen: 900n,
    creditBalanceFen: 900n,
    differenceFen: 0n,
  });
});

test.each([
  ['a day that does not balance', account('100', '0', '0'), 100n],
  ['balances that do not', account('5', '5', '-7'), 7n],
  ['the larger of both', account('9', '0', '4'), 9n],
])('%s is a difference', (_name, row, difference) => {
  expect(sumOf([row]).differenceFen).toBe(difference);
});

test('no account is in balance', () => {
  expect(sumOf([]).differenceFen).toBe(0n);
});
