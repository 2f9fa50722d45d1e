import { afterAll, beforeAll, expect, test } from 'vitest';
import { personPage } from '#modules/population/contract.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { openSmallBank, ownEntity } from '../test/small-bank.ts';
import type { SmallBank } from '../test/small-bank.ts';

/* What only the whole bank shows: modules that know nothing of each other meeting on one page. */

let small: SmallBank;
beforeAll(async () => {
  small = await openSmallBank(300);
}, 240_000);
afterAll(() => small.close());

/** Somebody of the manager's village whose tags tell of a restricted indicator, and of one that is not. */
async function taggedPerson(): Promise<string> {
  const [row] = await withOwner(small.bank.db, (tx) =>
    tx.query<{ person_id: string }>(
      `select person_id from indicators.person where entity_id = $1 and grid_code ^@ $2 and tags @> '{thin_credit,senior}'
       order by person_id limit 1`,
      [ownEntity, small.villages[0]],
    ),
  );
  if (!row) throw new Error('nobody of the village is a senior with a thin credit file');
  return row.person_id;
}

test('a person page names the tags the indicators gave, and keeps a restricted one from whom it is kept elsewhere', async () => {
  const id = await taggedPerson();
  const tagsFor = async (login: string) => {
    const answer = await small.api.app.inject({ url: `/api/v1/persons/${id}`, headers: await small.signIn(login) });
    return personPage.parse(answer.json()).tags ?? [];
  };
  const everybody = await tagsFor('everything');
  expect(everybody).toContainEqual({
    tag: 'thin_credit',
    name: { zh: '薄征信', en: 'Thin credit file' },
    meaning: { zh: expect.any(String), en: expect.any(String) },
  });
  expect(await tagsFor('manager')).toEqual(everybody.filter(({ tag }) => tag !== 'thin_credit'));
  expect(everybody.map(({ tag }) => tag)).toContain('senior');
});
