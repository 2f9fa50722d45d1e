import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '#platform/http/index.ts';
import { lprPage, permissions } from '../contract.ts';
import { openSampleBank } from '../sample-bank.ts';
import type { SampleBank } from '../sample-bank.ts';

let bank: SampleBank;
beforeAll(async () => void (bank = await openSampleBank()));
afterAll(() => bank.close());

const read = async (session = bank.session) => lprPage.parse(await bank.servicing.lpr(session));

async function publish(published_on: string, one_year_ppm: number, five_year_ppm: number): Promise<void> {
  const id = await bank.servicing.proposeLpr(bank.session, {
    published_on,
    one_year_ppm,
    five_year_ppm,
    reason: '全国银行间同业拆借中心公布',
  });
  const second = { session: { ...bank.session, actorId: 'second' }, name: '复核', permissions: new Set([permissions.approve]) };
  await bank.change.approve(second as unknown as Caller, id, '');
}

test('what was published comes newest first, and floating loans by the day of their next rate', async () => {
  expect(await read()).toEqual({ as_of: '2026-01-15', items: [], next: [] });
  await publish('2026-01-20', 30_000, 35_000);
  await publish('2026-02-20', 29_000, 34_000);
  await bank.loan(1_000_000n);
  const atNewYear = await bank.loan(2_000_000n, { months: 72, lpr_spread_ppm: 5_000, reprice_every: 'january' });
  const once = await bank.loan(4_000_000n, { months: 12, lpr_spread_ppm: -1_000, reprice_every: 'anniversary' });
  const anniversary = await bank.loan(3_000_000n, { months: 24, lpr_spread_ppm: -2_000, reprice_every: 'anniversary' });
  const { items, next } = await read();
  expect(items.map((row) => [row.published_on, row.one_year_ppm, row.five_year_ppm])).toEqual([
    ['2026-02-20', 29_000, 34_000],
    ['2026-01-20', 30_000, 35_000],
  ]);
  expect(next.map((row) => [row.loan_id, row.reprice_on, row.spread_ppm, row.is_long, row.left_fen])).toEqual([
    [`L${atNewYear}`, '2027-01-01', 5_000, true, '2000000'],
    [`L${anniversary}`, '2027-01-15', -2_000, false, '3000000'],
  ]);
  expect(
    next.map((row) => row.loan_id),
    'its first anniversary is its maturity',
  ).not.toContain(`L${once}`);
});

test('a neighbour sees what is published and none of the loans', async () => {
  const { items, next } = await read(bank.neighbour);
  expect([items.length, next.length]).toEqual([2, 0]);
});

test('before servicing has begun there is nothing to read', async () => {
  await expect(bank.servicing.lpr({ ...bank.session, entityId: '320799' })).rejects.toMatchObject({ code: 'not_open' });
});
