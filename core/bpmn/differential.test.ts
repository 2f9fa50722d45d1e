import { expect, test } from 'vitest';
import { compareRandom } from './testing/differential.ts';

/** `bench bpmn` compares 10,000. */
const compared = 300;

/** Some twelve seconds of work alone; more room for a machine that does other things. */
const room = 300_000;

test(`${compared} random processes run as in bpmn-elements: the same open tasks, visits and end`, { timeout: room }, async () => {
  const differences: string[] = [];
  let completed = 0;
  for (let seed = 1; seed <= compared; seed += 1) {
    const comparison = await compareRandom(seed);
    completed += comparison.completed;
    if (comparison.difference !== undefined) differences.push(comparison.difference);
  }
  expect(differences).toEqual([]);
  expect(completed).toBeGreaterThan(compared); // most of them have several tasks, or nothing was compared
});
