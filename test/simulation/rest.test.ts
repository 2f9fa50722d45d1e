import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { liveOn, simulate } from './simulate.ts';

const root = mkdtempSync(join(tmpdir(), 'qianmo-rest-'));
const folder = join(root, 'life');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const life = { seed: 5, days: 12, entities: 1, borrowers: 25, hasFaults: false };
const afterDays = (days: number) => {
  let lived = 0;
  return () => (lived += 1) > days;
};

test('a life that rests twice comes to the same ledger as one that does not', { timeout: 240_000 }, async () => {
  const { seconds: _, seconds_of: __, days_per_second: ___, ...whole } = await simulate(life);
  expect(await liveOn(life, folder, afterDays(4))).toBeNull();
  await expect(liveOn({ ...life, seed: 6 }, folder, afterDays(4))).rejects.toThrow(/another life rests in/);
  expect(await liveOn(life, folder, afterDays(4))).toBeNull();
  expect(await liveOn(life, folder, afterDays(4))).toMatchObject(whole);
  expect(whole).toMatchObject({ days: 12, violations: 0 });
  expect(whole.postings).toBeGreaterThan(0);
});
