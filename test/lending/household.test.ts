import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { entityId, openLendingBank, village } from './sample.ts';
import type { LendingBank, Villager } from './sample.ts';
import { apply, enter } from './story.ts';

let bank: LendingBank;
beforeAll(async () => {
  bank = await openLendingBank();
}, 240_000);
afterAll(() => bank.close());

/** Two people under one roof. */
async function couple(first: number): Promise<[Villager, Villager]> {
  const both: [Villager, Villager] = [await bank.villager(first), await bank.villager(first + 1)];
  await withOwner(bank.database.db, (tx) =>
    tx.query('update population.person set household_id = $2 where person_id = any($1)', [
      both.map(({ personId }) => personId),
      `H${first}`,
    ]),
  );
  return both;
}

const open = (person: Villager, key: string, limitFen: string): Promise<{ facility_id: string }> =>
  bank.servicing.openFacility(
    { entityId, actorId: 'drawdown', roles: [], scopes: [village] },
    {
      key,
      person_id: person.personId,
      product: '整村授信贷',
      kind: 'revolving',
      limit_fen: limitFen,
      valid_from: '2026-11-23',
      valid_to: '2029-11-23',
    },
  );

/** The exposure that the last decision about a person was taken on, fen. */
async function decidedOn({ personId }: Villager): Promise<number | null> {
  const [row] = await withOwner(bank.database.db, (tx) =>
    tx.query<{ fen: number | null }>(
      `select (inputs ->> 'HH_EXPOSURE')::float8 as fen from strategy.decision where person_id = $1 order by decided_at desc limit 1`,
      [personId],
    ),
  );
  if (!row) throw new Error(`nothing was decided about ${personId}`);
  return row.fen;
}

test('what a household member may draw leaves the applicant the rest of the household', async () => {
  const [wife, husband] = await couple(1);
  await open(wife, 'facility-wife', '27000000');
  const page = await apply(bank, await enter(bank, husband, await bank.channel()), 5_000_000);
  expect(page.offer?.limit_fen).toBe('3000000');
  expect(await decidedOn(husband)).toBe(27_000_000);
});

test('a household that has drawn up its cap already gets nothing more', async () => {
  const [wife, husband] = await couple(3);
  await open(wife, 'facility-cap', '31000000');
  const page = await apply(bank, await enter(bank, husband, await bank.channel()), 5_000_000);
  expect(page.step).toBe('declined');
});

test("facilities of other households, and a grant of the person's own that waits for a signature, leave the room as it was", async () => {
  const [stranger, [, husband]] = [await bank.villager(9), await couple(5)];
  await open(stranger, 'facility-stranger', '27000000');
  const own = { key: 'grant-own', personId: husband.personId, gridCode: `${village}01`, product: '整村授信贷', kind: 'revolving' as const };
  await withOwner(bank.database.db, (tx) =>
    bank.servicing.grantFacilities(tx, { entityId, actorId: 'batch' }, [
      { ...own, limitFen: 27_000_000n, validFrom: '2026-11-23', validTo: '2027-11-23' },
    ]),
  );
  const page = await apply(bank, await enter(bank, husband, await bank.channel()), 5_000_000);
  expect(page.step).toBe('offer');
  expect(await decidedOn(husband)).toBe(0);
});
