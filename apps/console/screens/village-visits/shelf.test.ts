import { expect, test } from 'vitest';
import { begun } from './draft.ts';
import { beside, keyOf, openShelf, type KeptVisit } from './shelf.ts';

const visit = (owner: string, household: string, seconds = 0): KeptVisit => ({
  key: keyOf(owner, 'V1', household),
  owner,
  project: 'V1',
  household,
  name: '王',
  draft: { ...begun('00000000-0000-4000-8000-000000000001', '2026-11-21T01:00:00Z'), seconds },
  sending: null,
  refused: null,
});

test('where the browser keeps nothing, visits last as long as the page, each for who made it', async () => {
  const shelf = await openShelf();
  expect(shelf.lasts).toBe(false);
  await shelf.put(visit('A', 'H1'));
  await shelf.put(visit('B', 'H1'));
  expect(await shelf.all('A')).toEqual([visit('A', 'H1')]);
  await shelf.remove(keyOf('A', 'V1', 'H1'));
  expect([await shelf.all('A'), await shelf.all('B')]).toEqual([[], [visit('B', 'H1')]]);
});

test('beside a full shelf what is newer counts, and what is removed is gone from both', async () => {
  const full = await openShelf();
  await full.put(visit('C', 'H1', 10));
  await full.put(visit('C', 'H2', 20));
  const shelf = beside(full);
  await shelf.put(visit('C', 'H1', 30));
  expect(await shelf.all('C')).toEqual([visit('C', 'H1', 30), visit('C', 'H2', 20)]);
  await shelf.remove(keyOf('C', 'V1', 'H1'));
  expect([await shelf.all('C'), await full.all('C')]).toEqual([[visit('C', 'H2', 20)], [visit('C', 'H2', 20)]]);
});
