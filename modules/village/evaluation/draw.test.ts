import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawSample, sampleSize } from './draw.ts';

test.each([
  [100, 10],
  [30, 5],
  [3, 3],
  [101, 11],
  [0, 0],
])('of %i people %i are looked at', (people, expected) => {
  expect(sampleSize(people, { ratio: 100, least: 5 })).toBe(expected);
});

test('a seed draws the same people again, however they stand; another draws others', () => {
  const people = Array.from({ length: 60 }, (_, index) => `P${index}`);
  expect(drawSample('seed', people, 9)).toEqual(drawSample('seed', people.toReversed(), 9));
  expect(drawSample('seed', people, 9)).not.toEqual(drawSample('other', people, 9));
});

test('everybody drawn is of the group, and nobody twice', () => {
  fc.assert(
    fc.property(fc.string(), fc.uniqueArray(fc.string(), { maxLength: 40 }), fc.nat({ max: 50 }), (seed, people, size) => {
      const drawn = drawSample(seed, people, size);
      expect(new Set(drawn).size).toBe(Math.min(size, people.length));
      expect(drawn.every((person) => people.includes(person))).toBe(true);
    }),
  );
});
