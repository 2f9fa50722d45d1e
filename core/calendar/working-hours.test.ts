import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addWorkingSeconds, workingSecondsBetween } from './index.ts';
import type { WorkingHours } from './index.ts';

/** A week in which Thursday 2026-10-01 is a holiday and Saturday 2026-10-10 is worked. */
const hours: WorkingHours = {
  zone: 'Asia/Shanghai',
  spans: [
    { from: '08:30', to: '11:30' },
    { from: '14:00', to: '17:30' },
  ],
  days: {
    from: '2026-01-01',
    to: '2026-12-31',
    holidays: new Set(['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07']),
    makeUpDays: new Set(['2026-10-10']),
  },
};
const at = (text: string): Temporal.Instant => Temporal.Instant.from(`${text}:00+08:00`);
const hour = 3600;

describe('working time', () => {
  test.each([
    ['inside a span', '2026-09-28T09:00', 2 * hour, '2026-09-28T11:00'],
    ['to the end of a span', '2026-09-28T09:00', 2.5 * hour, '2026-09-28T11:30'],
    ['over lunch', '2026-09-28T11:00', hour, '2026-09-28T14:30'],
    ['from before work', '2026-09-28T05:00', hour, '2026-09-28T09:30'],
    ['into the next day', '2026-09-28T17:00', hour, '2026-09-29T09:00'],
    ['over holidays and a weekend', '2026-09-30T17:00', hour, '2026-10-08T09:00'],
    ['a Saturday that is worked', '2026-10-09T17:00', hour, '2026-10-10T09:00'],
    ['a whole day is six and a half hours', '2026-09-28T08:30', 6.5 * hour, '2026-09-28T17:30'],
    ['no time at all', '2026-09-28T09:00', 0, '2026-09-28T09:00'],
    ['no time, asked at night, begins with work', '2026-09-27T23:00', 0, '2026-09-28T08:30'],
  ])('%s', (_name, from, seconds, to) => {
    expect(addWorkingSeconds(at(from), seconds, hours).toString()).toBe(at(to).toString());
  });

  test.each([
    ['lunch does not count', '2026-09-28T11:00', '2026-09-28T14:30', hour],
    ['a night does not count', '2026-09-28T17:00', '2026-09-29T09:00', hour],
    ['backwards is negative', '2026-09-29T09:00', '2026-09-28T17:00', -hour],
    ['a weekend is nothing', '2026-09-26T00:00', '2026-09-28T08:30', 0],
  ])('%s', (_name, from, to, seconds) => {
    expect(workingSecondsBetween(at(from), at(to), hours)).toBe(seconds);
  });

  test('what is added is what lies between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 * 24 * 60 }), fc.integer({ min: 1, max: 400_000 }), (minutes, seconds) => {
        const from = at('2026-01-01T00:00').add({ minutes });
        expect(workingSecondsBetween(from, addWorkingSeconds(from, seconds, hours), hours)).toBe(seconds);
      }),
    );
  });

  test('what lies between adds up wherever it is cut, over years and whichever day was asked for first', () => {
    const minute = fc.integer({ min: -3 * 365 * 24 * 60, max: 3 * 365 * 24 * 60 });
    const shared = { ...hours };
    fc.assert(
      fc.property(minute, minute, minute, (a, b, c) => {
        const [from, middle, to] = [a, b, c].map((minutes) => at('2026-09-28T00:00').add({ minutes }));
        if (!from || !middle || !to) throw new Error('three moments');
        const parts = workingSecondsBetween(from, middle, shared) + workingSecondsBetween(middle, to, shared);
        expect(parts).toBe(workingSecondsBetween(from, to, { ...hours }));
      }),
    );
  });

  test('the same hours in another zone are other hours', () => {
    const friday = at('2026-10-30T17:00');
    const elsewhere = { ...hours, zone: 'Europe/Berlin' };
    expect(addWorkingSeconds(friday, hour, hours).toString()).toBe('2026-11-02T01:00:00Z');
    expect(addWorkingSeconds(friday, 3 * hour, elsewhere).toString()).toBe('2026-10-30T14:30:00Z');
  });

  test('a calendar in which nobody works is refused', () => {
    expect(() => addWorkingSeconds(at('2026-09-28T09:00'), 1, { ...hours, spans: [] })).toThrow(RangeError);
  });
});
