import { integer, array, assert, property } from 'fast-check';
import { expect, test } from 'vitest';
import { divisionLevel } from '#core/identifiers/index.ts';
import { parameters } from './parameters.ts';
import { apportion, countyGrids, settle, townshipsBySize, townshipsFor } from './places.ts';

test('the county has the bank’s number of grids, with codes of their own', () => {
  const grids = countyGrids();
  expect(grids.length).toBe(parameters.county.villages);
  expect(new Set(grids.map((grid) => grid.code)).size).toBe(grids.length);
  expect(grids.every((grid) => divisionLevel(grid.code) === 'village' && grid.code.startsWith(grid.townshipCode))).toBe(true);
  expect(grids.filter((grid) => grid.name.endsWith('东片')).length).toBe(grids.filter((grid) => grid.name.endsWith('西片')).length);
});

test('the whole county has exactly its people and groups, villages inside their limits', () => {
  const { people, groups } = parameters.county;
  const villages = settle(people, townshipsFor(people));
  const { minimum, maximum, groupsMinimum, groupsMaximum } = parameters.village;
  expect(villages.reduce((sum, village) => sum + village.people, 0)).toBe(people);
  expect(villages.reduce((sum, village) => sum + village.groups, 0)).toBe(groups);
  expect(villages.every((village) => village.people >= minimum && village.people <= maximum)).toBe(true);
  expect(villages.every((village) => village.groups >= groupsMinimum && village.groups <= groupsMaximum)).toBe(true);
});

test('about 60,000 people fill two townships', () => {
  const townships = townshipsFor(60_000);
  expect(townships).toEqual(townshipsBySize(countyGrids()).slice(0, 2));
  expect(new Set(settle(60_000, townships).map((village) => village.townshipName)).size).toBe(2);
});

test('shares are whole, inside the limits, and sum to the total', () => {
  assert(
    property(array(integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 60 }), integer({ min: 5, max: 50 }), (weights, mean) => {
      const limits = { minimum: 2, maximum: mean * 3 };
      const shares = apportion(mean * weights.length, weights, limits);
      expect(shares.reduce((a, b) => a + b, 0)).toBe(mean * weights.length);
      expect(shares.every((value) => Number.isInteger(value) && value >= limits.minimum && value <= limits.maximum + 1)).toBe(true);
    }),
  );
});
