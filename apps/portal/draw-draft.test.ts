import { expect, test } from 'vitest';
import type { Ready } from './api.ts';
import { drawOf, emptyDraft, pageAhead, pageOf } from './draw-draft.ts';
import type { DrawDraft, DrawPage } from './draw-draft.ts';

const ready: Ready = {
  contract_id: 'K1',
  facility_id: 'F1',
  available_fen: '6500000',
  limit_fen: '6500000',
  rate_ppm: 52_000,
  limit_until: '2027-12-02',
  methods: ['interest_only', 'equal_installment'],
  months: [6, 12],
  purposes: [{ value: 'seed', label: { zh: '买种子', en: 'Seed' } }],
  forbidden: [],
  accounts: [{ account_id: '62', masked: '****3317' }],
  entrusted_from_fen: '5000000',
};
const full: DrawDraft = { ...emptyDraft, amountFen: 1_000_000n, months: 12, method: 'interest_only', purpose: 'seed', accountId: '62' };

test.each<[string, Partial<DrawDraft>, DrawPage]>([
  ['no amount', { amountFen: null }, 'amount'],
  ['more than is available', { amountFen: 6_500_001n }, 'amount'],
  ['no months', { months: null }, 'months'],
  ['months not offered', { months: 24 }, 'months'],
  ['no method', { method: null }, 'method'],
  ['a method not offered', { method: 'bullet' }, 'method'],
  ['a use that is not allowed', { purpose: 'shares' }, 'purpose'],
  ['the most that the borrower is paid', { amountFen: 5_000_000n }, 'confirm'],
  ['one fen more', { amountFen: 5_000_001n }, 'payee'],
  ['the bank said so', { mustEntrust: true }, 'payee'],
  ['with a payee', { mustEntrust: true, payee: { name: '种子站', account: '62220001' } }, 'confirm'],
  ['no account', { accountId: null }, 'account'],
  ['all', {}, 'confirm'],
])('%s: the next page is asked, and nothing is sent before the end', (_case, change, page) => {
  const draft = { ...full, ...change };
  expect(pageAhead(draft, ready)).toBe(page);
  expect(drawOf(draft, ready, 'key-00001') === null).toBe(page !== 'confirm');
});

test.each<[string | null, Partial<DrawDraft>, DrawPage]>([
  [null, {}, 'amount'],
  ['confirm', { months: null }, 'months'],
  ['months', {}, 'months'],
  ['nothing', {}, 'confirm'],
])('the address %s, whatever is missing, opens what is next at most', (asked, change, page) => {
  expect(pageOf(asked, { ...full, ...change }, ready)).toBe(page);
});

test('a payee is sent only where the seller is to be paid', () => {
  const payee = { name: '种子站', account: '62220001' };
  expect(drawOf({ ...full, payee }, ready, 'key-00001')).not.toHaveProperty('payee');
  expect(drawOf({ ...full, payee, amountFen: 6_000_000n }, ready, 'key-00001')).toEqual({
    key: 'key-00001',
    amount_fen: '6000000',
    method: 'interest_only',
    months: 12,
    purpose: 'seed',
    account_id: '62',
    payee,
  });
});
