import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { entityId } from './sample.ts';
import { bank, closeSigningBank, openSigningBank, ready, change } from './signing-bank.ts';
import { apply, enter } from './story.ts';
import type { Borrower } from './story.ts';

beforeAll(openSigningBank, 240_000);
afterAll(closeSigningBank);

/** A borrower who was granted a limit before applying. */
async function granted(index: number, limitFen: bigint): Promise<{ borrower: Borrower; facilityId: bigint; personId: string }> {
  const person = await bank.villager(index);
  const [{ grid_code: gridCode } = { grid_code: '' }] = await withOwner(bank.database.db, (tx) =>
    tx.query<{ grid_code: string }>('select grid_code from population.person where person_id = $1', [person.personId]),
  );
  const grant = {
    key: `village.B1.${index}`,
    personId: person.personId,
    gridCode,
    product: '整村授信贷',
    kind: 'revolving' as const,
    limitFen,
  };
  const facilities = await withOwner(bank.database.db, (tx) =>
    bank.servicing.grantFacilities(tx, { entityId, actorId: 'batch' }, [{ ...grant, validFrom: '2026-11-23', validTo: '2027-11-23' }]),
  );
  const borrower = await enter(bank, person, await bank.channel('zheng_cun_dai'));
  return { borrower, facilityId: facilities.get(grant.key) ?? 0n, personId: person.personId };
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
