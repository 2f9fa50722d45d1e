import { expect, test } from 'vitest';
import { raceDay } from './race-day.ts';
import { races } from './races.ts';

const tries = 40;

test('two of something for one of something: both are told what is true, and no rule is broken', { timeout: 240_000 }, async () => {
  const all = await raceDay(tries);
  expect(all.flatMap(({ race, violations }) => violations.map(({ rule, detail }) => `${race}: ${rule} ${detail}`))).toEqual([]);
  expect(all.map(({ race, outcomes }) => [race, Object.values(outcomes).reduce((sum, count) => sum + count, 0)])).toEqual(
    races.map(({ name }) => [name, tries]),
  );
});
