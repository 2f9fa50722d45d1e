import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { facilityQuery, facilityStandings } from '../contract.ts';
import { drawOf, entityId, firstDay, openSampleBank, personId, village } from '../sample-bank.ts';
import type { SampleBank } from '../sample-bank.ts';
import type { GrantFacility } from './grant.ts';

let bank: SampleBank;
beforeAll(async () => void (bank = await openSampleBank()), 120_000);
afterAll(() => bank.close());

const by = { entityId, actorId: 'batch' };
const personOf = (n: number): string => (n === 0 ? personId : `P${String(n).padStart(15, 'a')}`);
const grantOf = (n: number, changes: Partial<GrantFacility> = {}): GrantFacility => ({
  key: `batch.B1.${n}`,
  personId: personOf(n),
  gridCode: village,
  product: '整村授信贷',
  kind: 'revolving',
  limitFen: 5_000_000n,
  validFrom: firstDay,
  validTo: '2027-01-15',
  ...changes,
});
const grant = (...asked: GrantFacility[]): Promise<Map<string, bigint>> =>
  withOwner(bank.database.db, (tx) => bank.servicing.grantFacilities(tx, by, asked));
const count = async (sql: string): Promise<number> => {
  const [row] = await withOwner(bank.database.db, (tx) => tx.query<{ n: number }>(`select count(*)::int as n from ${sql}`));
  return row?.n ?? -1;
};
const idOf = (granted: Map<string, bigint>, n = 0): bigint => granted.get(`batch.B1.${n}`) ?? 0n;

test('thousands are granted in one go, each once, however often and by how many at once', async () => {
  expect(await grant()).toEqual(new Map());
  const asked = Array.from({ length: 3_000 }, (_, n) => grantOf(n));
  const half = await grant(...asked.slice(0, 1_000));
  const [once, again] = await Promise.all([grant(...asked), grant(...asked)]);
  expect(again).toEqual(once);
  expect(idOf(once, 7)).toBe(idOf(half, 7));
  expect(new Set(once.values()).size).toBe(3_000);
  expect(await count(`servicing.facility where state = 'granted'`)).toBe(3_000);
  expect(await count(`servicing.event where kind = 'facility.grant'`)).toBe(3_000);
});

test('the same key with other content, dates the wrong way round, and a second grant of a product are refused', async () => {
  expect(await codeOf(grant(grantOf(1, { limitFen: 1n })))).toBe('key_reused');
  expect(await codeOf(grant(grantOf(1, { key: 'batch.B2.1', validTo: firstDay })))).toBe('dates_reversed');
  await expect(grant(grantOf(1, { key: 'batch.B2.1' }))).rejects.toThrow(/facility_granted/);
  expect(await count(`servicing.request where key like 'batch.B2.%'`)).toBe(0);
});

test('nothing is drawn before the signature, and nobody changes it by hand', async () => {
  const facilityId = idOf(await grant(grantOf(0)));
  expect(await bank.servicing.facility(bank.session, facilityId)).toMatchObject({ state: 'granted', available_fen: '0' });
  expect(await codeOf(bank.servicing.requestDrawdown(bank.session, facilityId, drawOf('draw-early', 100_000n)))).toBe(
    'facility_not_signed',
  );
  expect(await codeOf(bank.servicing.changeFacility(bank.session, facilityId, { state: 'active', reason: '先用起来' }))).toBe(
    'facility_not_signed',
  );
});

test('the signature activates it within what was granted, once', async () => {
  const facilityId = idOf(await grant(grantOf(0)));
  const signed = { key: 'application.A1', facilityId, limitFen: 4_000_000n, validTo: '2029-01-15' };
  expect(await codeOf(bank.servicing.activateFacility(bank.session, { ...signed, limitFen: 5_000_001n }))).toBe('over_limit');
  expect(await codeOf(bank.servicing.activateFacility(bank.session, { ...signed, validTo: firstDay }))).toBe('facility_out_of_date');
  expect(await codeOf(bank.servicing.activateFacility(bank.neighbour, signed))).toBe('facility_unknown');
  expect(await codeOf(bank.servicing.activateFacility(bank.session, signed))).toBe('done');
  expect(await codeOf(bank.servicing.activateFacility(bank.session, signed))).toBe('done');
  expect(await codeOf(bank.servicing.activateFacility(bank.session, { ...signed, key: 'application.A2' }))).toBe('facility_not_granted');
  expect(await bank.servicing.facility(bank.session, facilityId)).toMatchObject({
    state: 'active',
    limit_fen: '4000000',
    available_fen: '4000000',
    valid_from: firstDay,
    valid_to: '2029-01-15',
  });
  expect(await codeOf(bank.servicing.requestDrawdown(bank.session, facilityId, drawOf('draw-signed', 100_000n)))).toBe('done');
  const withdrawn = withOwner(bank.database.db, (tx) => bank.servicing.withdrawGrant(tx, bank.session, facilityId, '已签'));
  expect(await codeOf(withdrawn)).toBe('facility_not_granted');
});

test('a grant is taken back before the signature, and one that ran out gives way to the next', async () => {
  const facilityId = idOf(await grant(grantOf(2)), 2);
  await withOwner(bank.database.db, (tx) => bank.servicing.withdrawGrant(tx, bank.session, facilityId, '本人不要'));
  expect(await count(`servicing.facility where facility_id = ${facilityId} and state = 'closed'`)).toBe(1);
  await grant(grantOf(2, { key: 'batch.B3.2' }));
  await withOwner(bank.database.db, (tx) =>
    tx.query(
      `update servicing.facility set valid_from = '2025-01-01', valid_to = '2025-12-31' where person_id = $1 and state = 'granted'`,
      [personOf(2)],
    ),
  );
  await grant(grantOf(2, { key: 'batch.B4.2' }));
  expect(await count(`servicing.facility where person_id = '${personOf(2)}' and state = 'granted'`)).toBe(1);
  expect(await count(`servicing.facility where person_id = '${personOf(2)}' and state = 'closed'`)).toBe(2);
});

test('what a facility is on the open date is told, and the list asks for the same', async () => {
  const people = [4010, 4011, 4012, 4013, 4014];
  await grant(...people.map((n) => grantOf(n, { key: `batch.B5.${n}` })));
  const stand = (n: number, state: string, validTo: string): Promise<unknown> =>
    withOwner(bank.database.db, (tx) =>
      tx.query(
        `update servicing.facility set valid_from = '2025-01-01', state = $2, valid_to = $3
         where facility_id = (select max(facility_id) from servicing.facility where person_id = $1)`,
        [personOf(n), state, validTo],
      ),
    );
  const dayBefore = Temporal.PlainDate.from(firstDay).subtract({ days: 1 }).toString();
  await stand(4010, 'granted', dayBefore);
  await stand(4011, 'granted', firstDay);
  await stand(4012, 'active', dayBefore);
  await stand(4013, 'active', firstDay);
  await stand(4014, 'frozen', dayBefore);
  for (const standing of facilityStandings) {
    const { items } = await bank.servicing.facilities(bank.session, facilityQuery.parse({ standing, limit: 200 }));
    expect(items.length, standing).toBeGreaterThan(0);
    expect(new Set(items.map((item) => item.standing))).toEqual(new Set([standing]));
  }
  const { items } = await bank.servicing.facilities(bank.session, facilityQuery.parse({ limit: 200 }));
  const told = (n: number) => items.find(({ person_id: person }) => person === personOf(n))?.standing;
  expect(people.map(told)).toEqual(['lapsed', 'granted', 'expired', 'active', 'frozen']);
});
