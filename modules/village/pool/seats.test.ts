import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seatsOf } from './seats.ts';
import type { Part, Seated } from './seats.ts';

const rated = { from_age: 18, to_age: 60, members: 2 };
const person = fc.record<Omit<Seated, 'personId'>>({
  age: fc.option(fc.integer({ min: 0, max: 100 })),
  isPresent: fc.boolean(),
  isHead: fc.boolean(),
  isDoubted: fc.boolean(),
  position: fc.integer({ min: 1, max: 20 }),
  part: fc.option(fc.constantFrom<Part>('subject', 'rated', 'listed')),
});
const household = fc.array(person, { maxLength: 12 }).map((people) => people.map((one, index) => ({ ...one, personId: `P${index}` })));
const rules = fc.record({
  from_age: fc.integer({ min: 16, max: 30 }),
  to_age: fc.integer({ min: 50, max: 80 }),
  members: fc.integer({ min: 1, max: 5 }),
});

describe('seats', () => {
  test('whoever is there, a household has exactly one subject, and nobody who is gone', () => {
    fc.assert(
      fc.property(household, rules, (members, given) => {
        const seats = seatsOf(members, given);
        const present = members.filter(({ isPresent }) => isPresent);
        const subjects = [...seats].filter(([, part]) => part === 'subject').map(([id]) => id);
        expect(subjects.length).toBe(present.length > 0 ? 1 : 0);
        expect(subjects.every((id) => present.some(({ personId }) => personId === id))).toBe(true);
        expect(seats.size).toBe(members.length);
      }),
    );
  });

  test('no more are rated than the bank says, and only of the rated ages', () => {
    fc.assert(
      fc.property(household, rules, (members, given) => {
        const seats = seatsOf(members, given);
        const others = members.filter(({ personId }) => seats.get(personId) === 'rated');
        expect(others.length).toBeLessThan(given.members);
        for (const { age } of others) expect(age !== null && age >= given.from_age && age <= given.to_age).toBe(true);
      }),
    );
  });

  test('a subject who is there stays it, and seating twice changes nothing', () => {
    fc.assert(
      fc.property(household, rules, (members, given) => {
        const seats = seatsOf(members, given);
        const before = members.filter(({ part, isPresent }) => part === 'subject' && isPresent);
        if (before.length === 1) expect(seats.get(before[0]?.personId ?? '')).toBe('subject');
        const again = members.map((member) => ({ ...member, part: seats.get(member.personId) ?? null }));
        expect(seatsOf(again, given)).toEqual(seats);
      }),
    );
  });

  test('who cannot be reached is no subject while another adult is there, and a child is none for them', () => {
    const away = at('P1', { isDoubted: true, isHead: true });
    expect(seatsOf([away, at('P2', { age: 70 })], rated).get('P2')).toBe('subject');
    expect(seatsOf([away, at('P2', { age: 10 })], rated).get('P1')).toBe('subject');
    expect(seatsOf([{ ...away, part: 'subject' }, at('P2')], rated).get('P1')).toBe('subject');
    expect(seatsOf([{ ...away, isPresent: false }, at('P2', { isDoubted: true })], rated).get('P2')).toBe('subject');
  });

  const at = (personId: string, changes: Partial<Seated> = {}): Seated => {
    return { personId, age: 40, isPresent: true, isHead: false, isDoubted: false, position: 9, part: null, ...changes };
  };
  test('of two households that became one, one subject stays it and the other stands among everybody', () => {
    const members = [
      at('a', { part: 'subject', age: 16 }),
      at('b', { part: null, age: 18 }),
      at('c', { part: 'subject', age: 16, position: 10 }),
    ];
    expect(Object.fromEntries(seatsOf(members, { ...rated, from_age: 16 }))).toEqual({ a: 'subject', b: 'rated', c: 'listed' });
  });

  const cases: [string, Seated[], Record<string, Part>][] = [
    ['the head before the roll', [at('a', { position: 1 }), at('b', { isHead: true })], { a: 'rated', b: 'subject' }],
    ['not a head beyond the ages', [at('a', { isHead: true, age: 71 }), at('b')], { a: 'listed', b: 'subject' }],
    ['an adult where nobody is of the ages', [at('a', { age: 9, position: 1 }), at('b', { age: 77 })], { a: 'listed', b: 'subject' }],
    [
      'the two first',
      [at('a', { position: 1 }), at('b', { position: 2 }), at('c', { position: 3 })],
      { a: 'subject', b: 'rated', c: 'listed' },
    ],
    [
      'who was rated before who was not',
      [at('a', { part: 'subject' }), at('b', { position: 1 }), at('c', { part: 'rated' })],
      { a: 'subject', b: 'listed', c: 'rated' },
    ],
  ];
  test.each(cases)('take %s', (_what, members, expected) => {
    expect(Object.fromEntries(seatsOf(members, rated))).toEqual(expected);
  });
});
