import { expect, test } from 'vitest';
import { facility, proposeFacility, type Facility } from '#modules/servicing/contract.ts';
import { availableAfter, changesOffered, emptyFacility, productsOf, readFacility, type TypedFacility } from './typed-facility.ts';

const person = 'P0123456789abcde';
const today = '2026-11-20';
const typed = { ...emptyFacility(person, today, ['整村授信贷']), limit: '80,000', reason: '老客户新增额度' };

test('a facility begins on the business date, with the most usual product', () => {
  expect(emptyFacility(undefined, today, [])).toMatchObject({
    person: undefined,
    product: '',
    from: today,
    to: '2029-11-20',
    kind: 'revolving',
  });
  const row = (product: string): Facility => ({ ...standing, product });
  expect(productsOf([row('甲'), row('乙'), row('乙')])).toEqual(['乙', '甲']);
});

test.each<[string, Partial<TypedFacility>, readonly string[]]>([
  ['right', {}, []],
  ['nobody', { person: undefined }, ['person']],
  ['no product', { product: '  ' }, ['product']],
  ['no limit', { limit: '0' }, ['limit']],
  ['no beginning', { from: '' }, ['from']],
  ['over before it begins', { to: today }, ['to']],
  ['no reason', { reason: ' 新增 ' }, ['reason']],
])('%s', (_name, change, wrong) => {
  const read = readFacility({ ...typed, ...change });
  expect('wrong' in read ? read.wrong : []).toEqual(wrong);
  if ('request' in read) expect(proposeFacility.parse({ ...read.request, key: 'key-of-a-test' }).limit_fen).toBe('8000000');
});

const standing = facility.parse({
  facility_id: 'F1',
  person_id: person,
  person_name: '测试',
  product: '整村授信贷',
  kind: 'revolving',
  limit_fen: '8000000',
  reserved_fen: '500000',
  used_fen: '6000000',
  available_fen: '1500000',
  valid_from: '2026-01-01',
  valid_to: '2029-01-01',
  state: 'active',
  standing: 'active',
});

test.each<[string, bigint, Facility['state'], string, Partial<Facility>, bigint]>([
  ['as it stands', 8_000_000n, 'active', today, {}, 1_500_000n],
  ['raised', 10_000_000n, 'active', today, {}, 3_500_000n],
  ['cut below what is used', 5_000_000n, 'active', today, {}, 0n],
  ['frozen', 8_000_000n, 'frozen', today, {}, 0n],
  ['out of its dates', 8_000_000n, 'active', '2029-01-02', {}, 0n],
  ['single use, used', 8_000_000n, 'active', today, { kind: 'single_use' }, 0n],
])('%s', (_name, limit, state, day, more, wanted) => {
  expect(availableAfter({ ...standing, ...more }, limit, state, day)).toBe(wanted);
});

test.each<[Facility['state'], readonly string[]]>([
  ['active', ['limit', 'frozen', 'closed']],
  ['frozen', ['limit', 'active', 'closed']],
  ['closed', []],
])('of an %s facility can be asked for %j', (state, wanted) => {
  expect(changesOffered({ state })).toEqual(wanted);
});
