import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reliabilityOf } from './reliability.ts';
import type { Given } from './reliability.ts';

const bands = 14;

/** A small generator of its own, so that a failing test can be run again. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const clamp = (band: number): number => Math.min(bands - 1, Math.max(0, band));
type Habit = (truth: number, chance: () => number) => number;
const honest: Habit = (truth, chance) => clamp(truth + Math.round((chance() - 0.5) * 2));
const lazy: Habit = () => 6;
const lavish: Habit = (truth, chance) => (chance() < 0.9 ? bands - 1 : honest(truth, chance));
const careless: Habit = (_truth, chance) => Math.floor(chance() * bands);

/** Panels of three over `people`, from these habits in turn. */
function planted(habits: Record<string, Habit>, people: number, seed: number): Given[] {
  const chance = chanceOf(seed);
  const names = Object.keys(habits);
  return Array.from({ length: people }, (_, index) => {
    const truth = clamp(Math.round(3 + chance() * 6));
    return [0, 1, 2].flatMap((place) => {
      const reviewer = names[(index + place) % names.length] ?? '';
      const habit = habits[reviewer];
      return habit === undefined ? [] : [{ item: `p${index}`, reviewer, band: habit(truth, chance) }];
    });
  }).flat();
}

const believed = (given: readonly Given[]): Record<string, number> =>
  Object.fromEntries(reliabilityOf(given, bands).map((one) => [one.reviewer, one.reliability]));

describe('planted among honest reviewers', () => {
  test.each([
    ['one answer for everybody', lazy],
    ['the highest for everybody', lavish],
    ['any', careless],
  ])('whoever gives %s is the one who is not believed', (_name, habit) => {
    for (const seed of [1, 2, 3]) {
      const { bad = 1, ...others } = believed(planted({ a: honest, b: honest, c: honest, d: honest, bad: habit }, 150, seed));
      expect(bad).toBeLessThan(0.55);
      for (const one of Object.values(others)) expect(one).toBeGreaterThan(0.8);
    }
  });

  test('several kinds at once are told apart from those who look', () => {
    const given = planted({ a: honest, b: honest, c: honest, d: honest, e: honest, lazy, lavish, careless }, 400, 5);
    const found = believed(given);
    for (const name of ['lazy', 'lavish', 'careless']) expect(found[name]).toBeLessThan(0.6);
    for (const name of ['a', 'b', 'c', 'd', 'e']) expect(found[name]).toBeGreaterThan(0.75);
  });
});

test('a handful of answers moves little', () => {
  const given = [
    { item: 'p', reviewer: 'a', band: 1 },
    { item: 'p', reviewer: 'b', band: 12 },
  ];
  for (const one of Object.values(believed(given))) expect(one).toBeGreaterThan(0.6);
  expect(reliabilityOf([], bands)).toEqual([]);
});

test('it is a probability, and does not depend on the order of answers or on names', () => {
  const given = fc.array(
    fc.record({
      item: fc.constantFrom('p', 'q', 'r', 's'),
      reviewer: fc.constantFrom('a', 'b', 'c'),
      band: fc.integer({ min: 0, max: bands - 1 }),
    }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(given, (all) => {
      const found = believed(all);
      const turned = believed(all.toReversed());
      const renamed = believed(all.map((one) => ({ ...one, reviewer: `x${one.reviewer}` })));
      for (const [name, value] of Object.entries(found)) {
        expect(value > 0 && value < 1).toBe(true);
        expect(turned[name]).toBeCloseTo(value, 9);
        expect(renamed[`x${name}`]).toBeCloseTo(value, 9);
      }
    }),
    { numRuns: 30 },
  );
});
