import { residentIdCheckCharacter } from '#core/identifiers/index.ts';
import type { Terms } from '#core/product/index.ts';
import type { PortalApplication } from '#modules/lending/portal/contract.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entityId } from './sample.ts';
import { askCode, bank, closeSigningBank, core, drawOf, openSigningBank, read, released, sign } from './signing-bank.ts';
import { apply, approveAll, enter, numberOf } from './story.ts';
import type { Borrower } from './story.ts';

let sold: string[] = [];
beforeAll(async () => {
  await openSigningBank();
  const { items } = await bank.products.list(bank.caller('risk').session, {});
  sold = items.filter(({ is_sold }) => is_sold).map(({ code }) => code);
}, 240_000);
afterAll(closeSigningBank);

const ownAccount = '6228480000003317';
const seller = { name: '灌云农资公司', account: '6228480000009999' };
const spouseBody = '32072319860202123';
/** Each with a phone of their own: codes to one phone are counted. */
const spouseOf = (page: PortalApplication) => ({
  name: '李桂芳',
  residentId: spouseBody + residentIdCheckCharacter(spouseBody),
  phone: `137${page.application_id.slice(1).padStart(8, '0')}`,
});

const ways = ['people', 'secured', 'spouse', 'recorded', 'entrusted'] as const;
type Way = (typeof ways)[number];

test('the template sells 41 products', () => expect(sold).toHaveLength(41));

test('every product goes from an application to money at the borrower or the seller, within its terms', { timeout: 600_000 }, async () => {
  const went: Record<Way, string[]> = { people: [], secured: [], spouse: [], recorded: [], entrusted: [] };
  for (const [index, product] of sold.entries()) {
    const { terms } = await withOwner(bank.database.db, (tx) => bank.products.resolve(tx, entityId, product, bank.clock.today()));
    const lent = await lend(product, terms, await offered(product, index, terms));
    for (const way of ways) if (lent[way]) went[way].push(product);
  }
  // How many go each way of the template; a way that no product goes any more would not be shown here.
  const counted = Object.fromEntries(ways.map((way) => [way, went[way].length]));
  expect(counted).toEqual({ people: 7, secured: 4, spouse: 12, recorded: 13, entrusted: 6 });
  expect(bank.faults).toEqual([]);
});

interface Offered {
  readonly borrower: Borrower;
  readonly people: boolean;
}

/** Enough to need the seller's account where the product has such a threshold below its highest limit. */
function askedOf({ limit_min_fen: least, limit_max_fen: most, entrusted_above_fen: entrusted }: Terms): number {
  const asked = Number(entrusted) < Number(most) ? Number(entrusted) + 1_000_000 : 5_000_000;
  return Math.max(Number(least), Math.min(asked, Number(most)));
}

async function offered(product: string, index: number, terms: Terms): Promise<Offered> {
  // Where the product is for a part of the county, in its first village.
  const [area = '320723103'] = terms.grid_codes;
  const person = await bank.villager(100 + index, {}, terms.segments[0], area.padEnd(12, '001'));
  const borrower = await enter(bank, person, await bank.channel(product));
  const asked = askedOf(terms);
  const page = await apply(bank, borrower, asked);
  expect(page.declined, product).toBeNull();
  expect(await bank.lending.contract(bank.caller('risk').session, numberOf(page))).toEqual({ contract: null });
  const people = page.step === 'manual';
  if (people) await approveAll(bank, page, String(asked));
  await expect.poll(async () => (await borrower.page()).step, { message: product, timeout: 20_000 }).toBe('offer');
  return { borrower, people };
}

/** An offer within the product's terms, accepted, signed for, opened and drawn once. */
async function lend(product: string, terms: Terms, { borrower, people }: Offered): Promise<Record<Way, boolean>> {
  const { offer } = await borrower.page();
  if (!offer) throw new Error(product);
  expect(BigInt(offer.limit_fen), product).toBeGreaterThanOrEqual(BigInt(terms.limit_min_fen));
  expect(BigInt(offer.limit_fen), product).toBeLessThanOrEqual(BigInt(terms.limit_max_fen));
  expect(offer.rate_ppm, product).toBeGreaterThanOrEqual(terms.price_floor_ppm);
  expect(offer.rate_ppm, product).toBeLessThanOrEqual(terms.price_cap_ppm);
  await bank.lending.portal.accept(borrower.token, { offerId: offer.offer_id, hash: offer.hash });
  await expect.poll(async () => (await borrower.page()).step, { message: product, timeout: 20_000 }).toBe('papers');
  const settled = await signAll(borrower);
  await released(borrower);
  const page = await bank.lending.after.giveAccount(borrower.token, ownAccount);
  expect(page.ready, product).toMatchObject({ limit_fen: offer.limit_fen, available_fen: offer.limit_fen, rate_ppm: offer.rate_ppm });
  const entrusted = await drawAll(product, borrower, page);
  await staffSee(page, { ...settled, entrusted });
  return { people, secured: terms.process === 'secured', ...settled, entrusted };
}

/** Signed as the contract asks: with the spouse, and recorded. */
async function signAll(borrower: Borrower): Promise<{ spouse: boolean; recorded: boolean }> {
  let page = await read(borrower);
  const spouse = spouseOf(page);
  const needs = { spouse: page.signing?.spouse !== null, recorded: page.signing?.recording_needed === true };
  if (needs.spouse) {
    await bank.lending.after.nameSpouse(borrower.token, spouse);
    page = await read(borrower);
  }
  if (needs.recorded)
    await bank.lending.noteRecording(bank.caller('manager'), numberOf(page), {
      recording_id: `REC-${page.application_id}`,
      hash: 'a'.repeat(64),
    });
  const code = await askCode(borrower);
  if (needs.spouse) await bank.lending.after.askSigningCode(borrower.token, 'spouse');
  await sign(borrower, page, code, {
    ...(needs.spouse ? { spouseCode: bank.codeFor(spouse.phone) } : {}),
    ...(needs.recorded ? { recordingId: `REC-${page.application_id}` } : {}),
  });
  return needs;
}

/** All of the limit, by the first way to repay, paid by the core bank; whether it went to the seller. */
async function drawAll(product: string, borrower: Borrower, page: PortalApplication): Promise<boolean> {
  const { ready } = page;
  const [method, months, purpose] = [ready?.methods[0], ready?.months[0], ready?.purposes[0]?.value];
  if (!ready || !method || !months || !purpose) throw new Error(product);
  const { limit_fen: amount, entrusted_from_fen: threshold } = ready;
  const entrusted = threshold !== null && BigInt(amount) > BigInt(threshold);
  const asked = drawOf(page, { amount_fen: amount, method, months, purpose, ...(entrusted ? { payee: seller } : {}) });
  await bank.lending.after.draw(borrower.token, asked);
  await bank.servicing.payOpen(entityId);
  const [loan] = (await bank.lending.after.loans(borrower.token)).items;
  expect(loan, product).toMatchObject({ principal_fen: amount, balance_fen: amount, rate_ppm: ready.rate_ppm });
  const paid = [...core.booked.values()].at(-1);
  expect([paid?.account, paid?.amountFen], product).toEqual([entrusted ? seller.account : ownAccount, BigInt(amount)]);
  return entrusted;
}

/** What staff read of it: the papers with who signed them, and the draw with its loan; nothing of it beyond their part of the county. */
async function staffSee(page: PortalApplication, went: Pick<Record<Way, boolean>, 'spouse' | 'recorded' | 'entrusted'>): Promise<void> {
  const { session } = bank.caller('risk');
  const { contract } = await bank.lending.contract(session, numberOf(page));
  expect(contract).toMatchObject({ contract_id: page.ready?.contract_id, state: 'signed', facility_id: page.ready?.facility_id });
  expect(contract?.papers.map(({ name, signed_by: by }) => [name, ...by])).toEqual([
    ['disclosure', 'borrower'],
    ['contract', 'borrower', 'bank'],
    ...(went.spouse ? [['spouse', 'spouse']] : []),
  ]);
  expect(contract?.recordings.map(({ noted_by: by }) => by)).toEqual(went.recorded ? ['周海涛'] : []);
  expect(contract?.draws).toEqual([
    expect.objectContaining({ is_entrusted: went.entrusted, state: 'confirmed', loan_id: expect.stringMatching(/^L\d+$/) }),
  ]);
  const said = JSON.stringify(contract);
  for (const number of [ownAccount, seller.account, spouseOf(page).phone]) expect(said).not.toContain(number);
  const elsewhere = bank.lending.contract({ ...session, scopes: ['320724'] }, numberOf(page));
  await expect(elsewhere).rejects.toMatchObject({ code: 'application_unknown' });
}
