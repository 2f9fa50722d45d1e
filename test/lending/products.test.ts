import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { entityId, openLendingBank } from './sample.ts';
import type { LendingBank } from './sample.ts';
import { apply, approveAll, enter } from './story.ts';

let bank: LendingBank;
let sold: string[] = [];
beforeAll(async () => {
  bank = await openLendingBank();
  const { items } = await bank.products.list(bank.caller('risk').session, {});
  sold = items.filter(({ is_sold }) => is_sold).map(({ code }) => code);
}, 240_000);
afterAll(() => bank.close());

test('the template sells 41 products', () => expect(sold).toHaveLength(41));

test('every product takes an application to an accepted offer within its terms', { timeout: 600_000 }, async () => {
  for (const [index, product] of sold.entries()) {
    const { terms } = await withOwner(bank.database.db, (tx) => bank.products.resolve(tx, entityId, product, bank.clock.today()));
    // Where the product is for a part of the county, in its first village.
    const [area = '320723103'] = terms.grid_codes;
    const person = await bank.villager(100 + index, {}, terms.segments[0], area.padEnd(12, '001'));
    const borrower = await enter(bank, person, await bank.channel(product));
    const asked = Math.max(Number(terms.limit_min_fen), Math.min(5_000_000, Number(terms.limit_max_fen)));
    const page = await apply(bank, borrower, asked);
    expect(page.declined, product).toBeNull();
    if (page.step === 'manual') await approveAll(bank, page, String(asked));
    await expect.poll(async () => (await borrower.page()).step, { message: product, timeout: 20_000 }).toBe('offer');
    const { offer } = await borrower.page();
    if (!offer) throw new Error(product);
    expect(BigInt(offer.limit_fen), product).toBeGreaterThanOrEqual(BigInt(terms.limit_min_fen));
    expect(BigInt(offer.limit_fen), product).toBeLessThanOrEqual(BigInt(terms.limit_max_fen));
    expect(offer.rate_ppm, product).toBeGreaterThanOrEqual(terms.price_floor_ppm);
    expect(offer.rate_ppm, product).toBeLessThanOrEqual(terms.price_cap_ppm);
    await bank.lending.portal.accept(borrower.token, { offerId: offer.offer_id, hash: offer.hash });
    await expect.poll(async () => (await borrower.page()).step, { message: product }).toBe('papers');
  }
  expect(bank.faults).toEqual([]);
});
