import { expect, test } from 'vitest';
import { emptyDetail } from '../documents/detail.ts';
import type { PersonDetail } from '../documents/detail.ts';
import { exposureOf } from './exposure.ts';
import type { HeldFacility } from './held-facilities.ts';

type Loan = PersonDetail['loans'][number];
const loan = (more: Partial<Loan>): Loan => ({
  number: 'L1',
  contract: null,
  product: '流水贷',
  start: '2026-01-01',
  end: '2027-01-01',
  principal: 100,
  balance: 100,
  limit: null,
  rate_ppm: 51_000,
  class5: 'normal',
  status: 'active',
  guarantee: 'credit',
  dpd: 0,
  settled: null,
  extended: null,
  ...more,
});
const used = (loans: Loan[], guarantees: PersonDetail['guarantees'] = [], approvedFen: bigint | null = null) =>
  exposureOf([{ personId: 'P1', name: '孙立国', detail: { ...emptyDetail, loans, guarantees }, approvedFen }], '2026-11-19').used_fen;

test.each([
  ['nothing', used([]), '0'],
  ['a loan counts its balance', used([loan({ balance: 70 })]), '70'],
  ['a line counts whole', used([loan({ balance: 70, limit: 120 })]), '120'],
  [
    'two due bills share the line of their contract',
    used([loan({ contract: 'K', balance: 70, limit: 120 }), loan({ contract: 'K', balance: 20, limit: 120 })]),
    '120',
  ],
  [
    'drawn beyond the line counts the balance',
    used([loan({ contract: 'K', balance: 70, limit: 120 }), loan({ contract: 'K', balance: 60, limit: 120 })]),
    '130',
  ],
  ['two contracts add up', used([loan({ number: 'L1', balance: 70 }), loan({ number: 'L2', balance: 20 })]), '90'],
  ['settled loans are over', used([loan({ status: 'settled' })]), '0'],
  ['a mortgage is secured', used([loan({ guarantee: 'mortgage' })]), '0'],
  [
    'guarantees count while they stand',
    used(
      [],
      [
        { amount: 50, status: 'active', loan: 'L9' },
        { amount: 30, status: 'released', loan: 'L8' },
      ],
    ),
    '50',
  ],
  ['an approved limit is not granted yet', used([], [], 6_800_000n), '0'],
])('%s', (_what, given, expected) => {
  expect(given).toBe(expected);
});

test('without the loan file the exposure is unknown, not zero', () => {
  expect(exposureOf([], null)).toMatchObject({ used_fen: null, reason: 'source_missing' });
});

const facility = (more: Partial<HeldFacility>): HeldFacility => ({
  facilityId: 1n,
  personId: 'P1',
  product: '整村授信贷',
  isSigned: true,
  isSecured: false,
  amountFen: 50n,
  usedFen: 20n,
  names: ['F1', 'QM1', 'CORE1', 'L7'],
  ...more,
});

test.each<[string, HeldFacility[], Loan[], string]>([
  ['a facility counts beside the loans of the files', [facility({})], [loan({ balance: 70 })], '120'],
  ['one that a loan file names by its number is counted there', [facility({})], [loan({ number: 'CORE1', balance: 20 })], '20'],
  ['one that a loan file names as the contract is counted there', [facility({})], [loan({ contract: 'F1', balance: 20, limit: 50 })], '50'],
  ['one on a mortgage is shown without counting', [facility({ isSecured: true })], [], '0'],
  ["one of somebody else is not the household's", [facility({ personId: 'P2' })], [], '0'],
])('%s', (_what, facilities, loans, expected) => {
  const members = [{ personId: 'P1', name: '孙立国', detail: { ...emptyDetail, loans }, approvedFen: null }];
  const { used_fen: fen, parts } = exposureOf(members, '2026-11-19', facilities);
  expect(fen).toBe(expected);
  expect(parts.filter(({ counted }) => counted).reduce((sum, part) => sum + BigInt(part.amount_fen), 0n)).toBe(BigInt(expected));
});
