import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { entityId } from './sample.ts';
import { bank, closeSigningBank, openSigningBank, ready, change } from './signing-bank.ts';
import { apply, enter } from './story.ts';
import type { Borrower } from './story.ts';

beforeAll(openSigningBank, 240_000);
afterAll(closeSigningBank);

/** What a batch does for somebody. */
async function grantTo(personId: string, index: number, limitFen: bigint): Promise<bigint> {
  const [{ grid_code: gridCode } = { grid_code: '' }] = await withOwner(bank.database.db, (tx) =>
    tx.query<{ grid_code: string }>('select grid_code from population.person where person_id = $1', [personId]),
  );
  const grant = { key: `village.B1.${index}`, personId, gridCode, product: '整村授信贷', kind: 'revolving' as const, limitFen };
  const facilities = await withOwner(bank.database.db, (tx) =>
    bank.servicing.grantFacilities(tx, { entityId, actorId: 'batch' }, [{ ...grant, validFrom: '2026-11-23', validTo: '2027-11-23' }]),
  );
  return facilities.get(grant.key) ?? 0n;
}

/** A borrower who was granted a limit before applying. */
async function granted(index: number, limitFen: bigint): Promise<{ borrower: Borrower; facilityId: bigint; personId: string }> {
  const person = await bank.villager(index);
  const facilityId = await grantTo(person.personId, index, limitFen);
  const borrower = await enter(bank, person, await bank.channel('zheng_cun_dai'));
  return { borrower, facilityId, personId: person.personId };
}

test('the offer stays within what was granted, at the promised price, and the signature activates that limit', async () => {
  const { borrower, facilityId, personId } = await granted(1, 3_000_000n);
  const { offer } = await apply(bank, borrower, 5_000_000);
  expect([offer?.limit_fen, offer?.rate_ppm]).toEqual(['3000000', 46_000]);
  await bank.lending.portal.accept(borrower.token, { offerId: offer?.offer_id ?? '', hash: offer?.hash ?? '' });
  await expect.poll(async () => [bank.faults, (await borrower.page()).step], { timeout: 30_000 }).toEqual([[], 'papers']);
  await ready(borrower);
  const facilities = await change('select facility_id, state, limit_fen from servicing.facility where person_id = $1', [personId]);
  expect(facilities).toEqual([{ facility_id: facilityId, state: 'active', limit_fen: 3_000_000n }]);
}, 120_000);

test('who was granted more than they ask for signs for what was decided', async () => {
  const { borrower, facilityId, personId } = await granted(2, 20_000_000n);
  const { offer } = await apply(bank, borrower, 5_000_000);
  expect(BigInt(offer?.limit_fen ?? '0')).toBeLessThan(20_000_000n);
  await bank.lending.portal.accept(borrower.token, { offerId: offer?.offer_id ?? '', hash: offer?.hash ?? '' });
  await expect.poll(async () => [bank.faults, (await borrower.page()).step], { timeout: 30_000 }).toEqual([[], 'papers']);
  await ready(borrower);
  const facilities = await change('select facility_id, state, limit_fen::text from servicing.facility where person_id = $1', [personId]);
  expect(facilities).toEqual([{ facility_id: facilityId, state: 'active', limit_fen: offer?.limit_fen }]);
}, 120_000);

/** Somebody whose offer was made before the bank granted them so many tenths of what it says. */
test.each<[string, number, bigint, (grant: bigint, signed: string) => unknown]>([
  [
    'is the one that the signature activates when it carries the offer',
    3,
    20n,
    (grant, signed) => [{ facility_id: grant, state: 'active', limit_fen: signed }],
  ],
  [
    'gives way to the one signed for when it is smaller',
    4,
    5n,
    (grant, signed) => [
      { facility_id: grant, state: 'closed', limit_fen: String(BigInt(signed) / 2n) },
      { facility_id: expect.any(BigInt), state: 'active', limit_fen: signed },
    ],
  ],
])('a limit granted after the offer was made %s', { timeout: 120_000 }, async (_name, index, tenths, facilitiesOf) => {
  const person = await bank.villager(index);
  const borrower = await enter(bank, person, await bank.channel('zheng_cun_dai'));
  const { offer } = await apply(bank, borrower, 5_000_000);
  const offered = offer?.limit_fen ?? '0';
  const facilityId = await grantTo(person.personId, index, (BigInt(offered) * tenths) / 10n);
  await bank.lending.portal.accept(borrower.token, { offerId: offer?.offer_id ?? '', hash: offer?.hash ?? '' });
  await expect.poll(async () => [bank.faults, (await borrower.page()).step], { timeout: 30_000 }).toEqual([[], 'papers']);
  await ready(borrower);
  const facilities = await change(
    'select facility_id, state, limit_fen::text from servicing.facility where person_id = $1 order by facility_id',
    [person.personId],
  );
  expect(facilities).toEqual(facilitiesOf(facilityId, offered));
});
