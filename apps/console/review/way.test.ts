import { describe, expect, test } from 'vitest';
import type { ReviewSheet } from './bank.ts';
import { nothing } from './kept.ts';
import type { Kept } from './kept.ts';
import { dotsOf, householdsOf, nextOpen, stepAmount, stepsOf } from './way.ts';

const person = (id: string, more: object = {}) => ({
  person_id: id,
  name: id,
  sex: null,
  age: 40,
  relation: null,
  seed: id,
  is_recused: false,
  is_answered: false,
  ...more,
});
const sheet = (...households: object[][]): ReviewSheet => ({
  groups: [
    {
      grid_code: '32072310300101',
      place: '五福庄村 1组',
      round: 1,
      due_on: null,
      is_open: true,
      households: households.map((people, index) => ({
        household: `H${index}`,
        hue: index % 8,
        people: people.map((one) => person('', one)),
      })),
    },
  ],
  form: {},
  kinds: [],
  suggestions_fen: [],
  asked: 0,
  answered: 0,
});
const kept = (...keys: string[]): Kept => ({
  ...nothing,
  waiting: Object.fromEntries(keys.map((key) => [key, { evaluation_id: key, round: 1, person_id: key, knows: 'no' as const, kinds: [] }])),
});

describe('the way through a sheet', () => {
  const given = sheet(
    [{ person_id: 'A' }, { person_id: 'B' }],
    [{ person_id: 'C', is_recused: true }],
    [{ person_id: 'D', is_answered: true }],
    [{ person_id: 'E' }],
  );
  const steps = stepsOf(given);

  test('leaves out households one steps aside for, and shows the others of a household', () => {
    expect(steps.map((step) => [step.person.person_id, step.householdAt, step.kin.map((one) => one.person_id)])).toEqual([
      ['A', 0, ['B']],
      ['B', 0, ['A']],
      ['D', 1, []],
      ['E', 2, []],
    ]);
    expect(householdsOf(steps)).toBe(3);
  });

  test('goes on from where one is to whoever is left, and ends when nobody is', () => {
    expect(nextOpen(steps, nothing, 0)).toBe(0);
    expect(nextOpen(steps, kept('1 A'), 0)).toBe(1);
    expect(nextOpen(steps, kept('1 B'), 1)).toBe(3);
    expect(nextOpen(steps, kept('1 E'), 3)).toBe(0);
    expect(nextOpen(steps, kept('1 A', '1 B', '1 E'), 0)).toBeNull();
    expect(nextOpen([], nothing, 0)).toBeNull();
  });

  test('does not come back to whom the bank has an answer for', () => {
    const after = stepsOf(given, new Set(['1 A', '1 B']));
    expect(nextOpen(after, nothing, 0)).toBe(3);
    expect(dotsOf(after, nothing, 3, 18).map((dot) => dot.state)).toEqual(['done', 'done', 'now']);
  });

  test('closed rounds are not walked', () => {
    const closed = { ...given, groups: given.groups.map((group) => ({ ...group, is_open: false })) };
    expect(stepsOf(closed)).toEqual([]);
  });

  test('has one dot a household, as many as fit around the present one', () => {
    expect(dotsOf(steps, kept('1 A', '1 B'), 3, 18).map((dot) => dot.state)).toEqual(['done', 'done', 'now']);
    const many = stepsOf(sheet(...Array.from({ length: 40 }, (_, index) => [{ person_id: `P${index}` }])));
    const dots = dotsOf(many, nothing, 20, 18);
    expect([dots.length, dots.filter((dot) => dot.state === 'now').length]).toEqual([18, 1]);
  });
});

test.each([
  [null, 1, '5'],
  [null, -1, '0'],
  ['5', 1, '10'],
  ['0', -1, '0'],
  ['20', 1, '20'],
] as const)('from %s by %i', (chosen, by, expected) => {
  expect(stepAmount(['0', '5', '10', '20'], chosen, by)).toBe(expected);
});
