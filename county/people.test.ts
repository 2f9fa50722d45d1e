import { beforeAll, describe, expect, test } from 'vitest';
import { parseResidentId } from '#core/identifiers/index.ts';
import { parseDay } from './calendar.ts';
import { drawLivelihoods, type Livelihood } from './livelihoods.ts';
import { parameters } from './parameters.ts';
import { settleVillage, type Household, type Person } from './people.ts';
import { settle, townshipsFor } from './places.ts';
import type { Setting } from './setting.ts';

const people = 60_000;
let setting: Setting;
let households: Household[];
let livelihoods: Livelihood[];
let persons: Person[];

beforeAll(() => {
  const businessDay = parseDay('2026-11-20')!;
  const townships = townshipsFor(people);
  const villages = settle(people, townships);
  setting = { entity: '320723', seed: 11, people, businessDay, fullDay: businessDay - 1, townships, villages, workbookTownships: [] };
  const towns = villages.map((village) => settleVillage(setting, village));
  livelihoods = towns.flatMap((town, i) => drawLivelihoods(setting, villages[i]!, town));
  households = towns.flat();
  persons = households.flatMap((household) => household.members);
});

const share = <T>(items: readonly T[], holds: (item: T) => boolean) => items.filter(holds).length / items.length;

test('every person asked for is registered once, numbered in order', () => {
  expect(persons.map((person) => person.number)).toEqual(Array.from({ length: people }, (_, i) => i));
});

test('resident IDs are valid, unique, of the never-assigned area, and say birth and sex', () => {
  expect(new Set(persons.map((person) => person.id)).size).toBe(people);
  const wrong = persons.filter(({ id, birth, sex }) => {
    const parsed = parseResidentId(id, '2026-11-19');
    return !parsed.ok || !id.startsWith(parameters.idArea) || parsed.sex !== sex || parseDay(parsed.birth) !== birth;
  });
  expect(wrong.map((person) => person.id)).toEqual([]);
});

describe('households', () => {
  const years = (elder: Person, younger: Person) => (younger.birth - elder.birth) / 365.2425;
  const of = (household: Household, ...relations: string[]) => household.members.filter((member) => relations.includes(member.relation));

  const misfits = (fits: (household: Household, head: Person) => boolean) =>
    households
      .filter((household) => !fits(household, household.members[0]!))
      .map(({ members }) => members.map(({ relation, age }) => `${relation} ${age}`));

  test('have exactly one head, who comes first, and at most one spouse of the other sex and about the same age', () => {
    const fits = (household: Household, head: Person) => {
      const [spouse, second] = of(household, 'spouse');
      const couple =
        spouse === undefined || (spouse.sex !== head.sex && spouse.married && head.married && Math.abs(years(head, spouse)) < 14);
      return head.relation === 'head' && of(household, 'head').length === 1 && second === undefined && couple;
    };
    expect(misfits(fits)).toEqual([]);
  });

  test('have children 18 to 45 years younger than the head and the head’s wife, and parents as much older', () => {
    const generation = (elder: Person, younger: Person) => years(elder, younger) >= 18 && years(elder, younger) <= 45;
    const fits = (household: Household, head: Person) =>
      of(household, 'son', 'daughter').every((child) => [head, ...of(household, 'spouse')].every((parent) => generation(parent, child))) &&
      of(household, 'father', 'mother').every((parent) => generation(parent, head)) &&
      of(household, 'grandchild').every((grandchild) => years(head, grandchild) > 36);
    expect(misfits(fits)).toEqual([]);
  });

  test('pass the father’s surname on', () => {
    const pairs = households.flatMap((household) => {
      const head = household.members[0]!;
      return head.sex === 'M' ? of(household, 'son', 'daughter').map((child) => child.name[0] === head.name[0]) : [];
    });
    expect(share(pairs, Boolean)).toBeGreaterThan(parameters.fathersSurname - 0.01);
    const wives = households.flatMap((household) => of(household, 'spouse').map((wife) => wife.name[0] === household.members[0]!.name[0]));
    expect(share(wives, Boolean)).toBeLessThan(0.1);
  });

  test('leave few people whose place in the household has no better name', () => {
    expect(share(persons, (person) => person.relation === 'other')).toBeLessThan(0.002);
  });

  test('come near the sizes of the parameters', () => {
    for (const [size, wanted] of Object.entries(parameters.householdSize)) {
      const found = share(households, ({ members }) => (size === '6' ? members.length >= 6 : members.length === Number(size)));
      expect(Math.abs(found - wanted), `size ${size}: ${found}`).toBeLessThan(0.035);
    }
  });
});

describe('shares of the people', () => {
  const adults = () => livelihoods.flatMap((livelihood) => livelihood.adults);

  test.each(parameters.ageBands.map(({ from, to, share: wanted }) => [from, to, wanted] as const))('aged %i to %i', (from, to, wanted) => {
    expect(Math.abs(share(persons, ({ age }) => age >= from && age <= to) - wanted)).toBeLessThan(0.006);
  });

  test.each([
    ['men', parameters.men, 0.005, () => share(persons, ({ sex }) => sex === 'M')],
    ['phone', parameters.phone, 0.01, () => share(adults(), ({ phone }) => phone !== '')],
    ['unreachable', parameters.unreachable, 0.006, () => share(adults(), ({ reside }) => reside === 'unreachable')],
    ['empty households', parameters.emptyHousehold, 0.006, () => share(livelihoods, ({ empty }) => empty)],
    [
      'away for work',
      parameters.workOut.share,
      0.015,
      () =>
        share(
          adults().filter(({ person }) => person.age <= 60),
          ({ reside }) => reside in parameters.workOut.to,
        ),
    ],
    ['public posts', parameters.derived.publicPostOfAdults, 0.008, () => share(adults(), ({ work }) => work === 'public_post')],
    ['wage earners', parameters.derived.wageOfAdults, 0.02, () => share(adults(), ({ work }) => work === 'wage')],
    ['households with an account', parameters.deposit.household, 0.01, () => share(livelihoods, ({ deposits }) => deposits !== null)],
    [
      'households above 1,000 yuan',
      parameters.deposit.above1000,
      0.012,
      () => share(livelihoods, ({ deposits }) => (deposits ?? 0) > 100_000),
    ],
  ] as const)('%s are %d', (_, wanted, tolerance, measure) => {
    expect(Math.abs(measure() - wanted)).toBeLessThan(tolerance);
  });

  test.each(Object.entries(parameters.education))('schooling %s is %d', (education, wanted) => {
    expect(Math.abs(share(adults(), (adult) => adult.education === education) - wanted)).toBeLessThan(0.015);
  });

  test.each(Object.entries(parameters.trade))('trade %s is %d of households', (trade, wanted) => {
    expect(Math.abs(share(livelihoods, (livelihood) => livelihood.trade === trade) - wanted)).toBeLessThan(0.012);
  });

  test('household income and deposits have the medians of the parameters', () => {
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
    expect(median(livelihoods.map(({ income }) => income / 100)) / parameters.income.median).toSatisfy((r: number) => r > 0.95 && r < 1.05);
    const savers = livelihoods.flatMap(({ deposits }) => (deposits !== null && deposits > 100_100 ? [deposits / 100] : []));
    expect(median(savers) / parameters.deposit.median).toSatisfy((r: number) => r > 0.9 && r < 1.2);
  });

  test('the latent risk is standard normal and shared by a household as far as the parameter says', () => {
    const mean = persons.reduce((sum, { risk }) => sum + risk, 0) / people;
    const variance = persons.reduce((sum, { risk }) => sum + (risk - mean) ** 2, 0) / people;
    const pairs = households.flatMap(({ members }) => (members.length > 1 ? [members[0]!.risk * members[1]!.risk] : []));
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
    expect(Math.abs(pairs.reduce((a, b) => a + b, 0) / pairs.length - parameters.householdRho)).toBeLessThan(0.03);
  });
});
