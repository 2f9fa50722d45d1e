import { describe, expect, test } from 'vitest';
import { assign, barOf } from './assign.ts';
import type { Candidate, Standing } from './assign.ts';

const free: Standing = { recused: new Set(), held: [], signed: new Set() };
const person = (staffId: string, facts: Partial<Candidate> = {}): Candidate => ({
  staffId,
  nearness: 6,
  openTasks: 0,
  isAway: false,
  standIn: null,
  skills: [],
  ...facts,
});
const task = { post: 'investigation', skill: null };

describe('who gets a task', () => {
  test.each<[string, Candidate[], { post: string | null; skill: string | null }, Standing, ReturnType<typeof assign>]>([
    ['nobody has the role', [], task, free, { nobody: 'no_candidate' }],
    ['the only one', [person('a')], task, free, { staffId: 'a' }],
    ['home grid before load', [person('a'), person('b', { nearness: 12, openTasks: 9 })], task, free, { staffId: 'b' }],
    [
      'skill before load',
      [person('a'), person('b', { skills: ['pond'], openTasks: 9 })],
      { ...task, skill: 'pond' },
      free,
      { staffId: 'b' },
    ],
    [
      'home grid before skill',
      [person('a', { nearness: 12 }), person('b', { skills: ['pond'] })],
      { ...task, skill: 'pond' },
      free,
      { staffId: 'a' },
    ],
    ['shortest list', [person('a', { openTasks: 3 }), person('b', { openTasks: 2 })], task, free, { staffId: 'b' }],
    ['then the id', [person('b'), person('a')], task, free, { staffId: 'a' }],
    ['away without stand-in', [person('a', { isAway: true, nearness: 12 }), person('b')], task, free, { staffId: 'b' }],
    [
      'a stand-in counts as near as who is away',
      [person('a', { isAway: true, nearness: 12, standIn: 'c' }), person('b', { nearness: 9 }), person('c', { openTasks: 5 })],
      task,
      free,
      { staffId: 'c' },
    ],
    [
      'a stand-in who must keep out does not get it',
      [person('a', { isAway: true, nearness: 12, standIn: 'c' }), person('b'), person('c')],
      task,
      { ...free, recused: new Set(['c']) },
      { staffId: 'b' },
    ],
    ['everybody is away', [person('a', { isAway: true })], task, free, { nobody: 'all_away' }],
    ['a relative', [person('a', { nearness: 12 }), person('b')], task, { ...free, recused: new Set(['a']) }, { staffId: 'b' }],
    ['only relatives', [person('a')], task, { ...free, recused: new Set(['a']) }, { nobody: 'all_barred' }],
    [
      'who has held another post',
      [person('a', { nearness: 12 }), person('b')],
      { post: 'approval', skill: null },
      { ...free, held: [{ staffId: 'a', post: 'investigation' }] },
      { staffId: 'b' },
    ],
    [
      'who has held the same post may go on',
      [person('a', { nearness: 12 }), person('b')],
      task,
      { ...free, held: [{ staffId: 'a', post: 'investigation' }] },
      { staffId: 'a' },
    ],
    ['who has signed', [person('a'), person('b')], task, { ...free, signed: new Set(['a']) }, { staffId: 'b' }],
  ])('%s', (_name, candidates, wanted, standing, expected) => {
    expect(assign(candidates, wanted, standing)).toEqual(expected);
  });

  test('a task without a post keeps nobody out for the posts they held', () => {
    expect(barOf('a', null, { ...free, held: [{ staffId: 'a', post: 'approval' }] })).toBeNull();
    expect(barOf('a', 'approval', { ...free, held: [{ staffId: 'a', post: null }] })).toBeNull();
  });
});
