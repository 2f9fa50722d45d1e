import { expect, test } from 'vitest';
import { checkOf } from './account-check.ts';

const found = { postings: 2, debit_fen: '100', credit_fen: '40' };
const line = (debit: string, credit: string) => ({ debit_fen: debit, credit_fen: credit, balance_fen: '7' });

test.each([
  ['both sides agree', found, line('100', '40'), false, { is: 'equal' }],
  ['debits are missing', found, line('130', '40'), false, { is: 'differs', byFen: 30n }],
  ['too much on one side does not make up for the other', found, line('90', '50'), false, { is: 'differs', byFen: 20n }],
  ['the day is open', found, null, false, { is: 'open' }],
  ['a filter is set', found, line('100', '40'), true, { is: 'part' }],
])('%s', (_what, postings, balance, isFiltered, expected) => {
  expect(checkOf({ found: postings, trial_balance: balance }, isFiltered)).toEqual(expected);
});
