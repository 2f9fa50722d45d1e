import { expect, test } from 'vitest';
import { raceDay } from './race-day.ts';
import { races } from './races.ts';

const tries = 40;

test('two of something for one of something: both are told what is true, and no rule is broken', { timeout: 240_000 }, async () => {
  const all = await raceDay(tries);
  expect(all.flatMap(({ race, violations }) => violations.map(({ rule, detail }) => `${race}: ${rule} ${detail}`))).toEqual([]);
  expect(all.map(({ race }) => race)).toEqual(races.map(({ name }) => name));
  expect(Math.min(...all.map((raced) => raced.tries))).toBeGreaterThanOrEqual(tries);
});
