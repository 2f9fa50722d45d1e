import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forecastOf, missingOf, shareAt, speedOf } from './forecast.ts';
import type { Course } from './forecast.ts';

const today = '2026-11-21';

describe('speed', () => {
  test.each<[string, number[], ReturnType<typeof speedOf>]>([
    ['no whole week', [], null],
    ['one week says nothing of a speed', [100], null],
    ['two weeks', [10, 30], { slow: 15, middle: 20, fast: 25 }],
    ['one wild week of six does not move the middle', [10, 10, 10, 10, 10, 9000], { slow: 10, middle: 10, fast: 10 }],
    ['the seventh week back does not count', [1, 2, 3, 4, 5, 6, 1000], { slow: 2.25, middle: 3.5, fast: 4.75 }],
  ])('%s', (_name, gains, expected) => expect(speedOf(gains)).toEqual(expected));
});

const course = (given: Partial<Course>): Course => ({
  reached: 700,
  whole: 1000,
  targetPermille: 800,
  speed: { slow: 10, middle: 20, fast: 40 },
  ...given,
});

describe('the day of a target', () => {
  test.each<[string, Course, string | null, ReturnType<typeof forecastOf>]>([
    ['nobody collected', course({ whole: 0, reached: 0 }), null, { kind: 'nothing' }],
    ['reached', course({ reached: 800 }), '2026-11-19', { kind: 'reached', on: '2026-11-19' }],
    ['exactly the target is the target', course({ reached: 800 }), null, { kind: 'reached', on: null }],
    ['too early', course({ speed: null }), null, { kind: 'too_early' }],
    ['standing still', course({ speed: { slow: 0, middle: 0, fast: 9 } }), null, { kind: 'standing' }],
    [
      '100 households at 20 a week are five weeks',
      course({}),
      null,
      { kind: 'day', on: '2026-12-26', earliest: '2026-12-09', latest: '2027-01-30' },
    ],
    [
      'slow weeks that lead out of sight leave the end open',
      course({ speed: { slow: 0, middle: 20, fast: 20 } }),
      null,
      { kind: 'day', on: '2026-12-26', earliest: '2026-12-26', latest: null },
    ],
    ['far away is a year, not a day', course({ speed: { slow: 0.5, middle: 0.5, fast: 0.5 } }), null, { kind: 'beyond', year: 2028 }],
    [
      'the end of next year is still a day',
      course({ speed: { slow: 1.75, middle: 1.75, fast: 1.75 } }),
      null,
      { kind: 'day', on: '2027-12-26', earliest: '2027-12-26', latest: '2027-12-26' },
    ],
    [
      'a whole that grows faster than its share is never caught up',
      course({ targetPermille: 500, reached: 100, wholeSpeed: { slow: 50, middle: 50, fast: 50 } }),
      null,
      { kind: 'standing' },
    ],
    [
      'of ten more granted a week five are to use it: 300 at 20 - 5 a week',
      course({ targetPermille: 500, reached: 200, wholeSpeed: { slow: 10, middle: 10, fast: 10 } }),
      null,
      { kind: 'day', on: '2027-04-10', earliest: '2027-01-20', latest: null },
    ],
  ])('%s', (_name, given, reachedOn, expected) => expect(forecastOf(given, today, reachedOn)).toEqual(expected));

  test('the day is the first by whose end the speed has brought all that was missing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 999 }),
        fc.integer({ min: 40, max: 900 }),
        (whole, target, pace) => {
          const given = course({ whole, targetPermille: target, reached: 0, speed: { slow: pace, middle: pace, fast: pace } });
          const forecast = forecastOf(given, today);
          const missing = missingOf(given);
          if (forecast.kind !== 'day') return;
          const days = Temporal.PlainDate.from(today).until(forecast.on).days;
          expect((days * pace) / 7).toBeGreaterThanOrEqual(missing - 1e-9);
          expect(((days - 1) * pace) / 7).toBeLessThan(missing);
        },
      ),
    );
  });
});

describe('the share at the deadline', () => {
  test.each<[string, Course, string, ReturnType<typeof shareAt>]>([
    ['five weeks at 20', course({}), '2026-12-26', { ppm: 800_000, low_ppm: 750_000, high_ppm: 900_000 }],
    ['never more than everybody', course({}), '2027-12-26', { ppm: 1_000_000, low_ppm: 1_000_000, high_ppm: 1_000_000 }],
    ['the day has passed', course({}), '2026-11-20', null],
    ['too early', course({ speed: null }), '2026-12-26', null],
    ['nobody', course({ whole: 0 }), '2026-12-26', null],
    [
      'the whole grows as well',
      course({ reached: 200, wholeSpeed: { slow: 0, middle: 100, fast: 200 } }),
      '2026-12-26',
      { ppm: 200_000, low_ppm: 166_666, high_ppm: 266_666 },
    ],
  ])('%s', (_name, given, deadline, expected) => expect(shareAt(given, today, deadline)).toEqual(expected));
});
