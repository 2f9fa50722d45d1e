import { expect, test } from 'vitest';
import { amend, type AmendmentKind } from '#modules/servicing/contract.ts';
import { emptyAmendment, misusedRate, readAmendment, type TypedAmendment } from './typed-amendment.ts';

const reason = '与借款人协商一致';

test.each<[AmendmentKind, Partial<TypedAmendment>, object]>([
  ['rate', { rate: '4.35', reason }, { kind: 'rate', rate_ppm: 43_500, reason }],
  ['rate', { rate: '4.35%', reason }, { wrong: ['rate'] }],
  ['extension', { maturity: '2027-06-30', reason: ' 虾苗晚出塘 ' }, { kind: 'extension', maturity: '2027-06-30', reason: '虾苗晚出塘' }],
  ['extension', { maturity: '', reason: '短' }, { wrong: ['maturity', 'reason'] }],
  [
    'restructuring',
    { rate: '3', maturity: '2028-01-01', reason },
    { kind: 'restructuring', rate_ppm: 30_000, maturity: '2028-01-01', reason },
  ],
  ['misuse', { reason }, { kind: 'misuse', markup_ppm: 500_000, reason }],
  ['misuse', { markup: '49.9', reason }, { wrong: ['markup'] }],
  ['misuse', { misuse: 'over', markup: '', reason }, { kind: 'misuse', markup_ppm: null, reason }],
  ['cost', { amount: '1,200.50', reason }, { kind: 'cost', amount_fen: '120050', reason }],
  ['cost', { amount: '0', reason }, { wrong: ['amount'] }],
  ['waiver', { reason }, { kind: 'waiver', reason }],
  ['write_off', { reason }, { kind: 'write_off', reason }],
])('%s with %j is read as %j', (kind, typed, wanted) => {
  const read = readAmendment(kind, { ...emptyAmendment, ...typed });
  if ('wrong' in read) expect(read).toEqual(wanted);
  else expect(amend.parse(read.request)).toEqual(wanted);
});

test('misused money bears the markup on top of the contract rate', () => {
  expect(misusedRate({ rate_ppm: 47_500 }, 500_000)).toBe(71_250);
  expect(misusedRate({ rate_ppm: 47_501 }, 1_000_000)).toBe(95_002);
});
