import { expect, test } from 'vitest';
import { timeLeft } from './time-left.ts';

const of = (seconds_left: number | null, seconds_allowed: number | null = 14_400, is_suspended = false) =>
  timeLeft({ seconds_left, seconds_allowed, is_suspended });

test.each([
  [6480, 'ok', 0.55, 1, 48],
  [3600, 'soon', 0.75, 1, 0],
  [20, 'soon', 0.998, 0, 1],
  [0, 'over', 1, 0, 0],
  [-20, 'over', 1, 0, 1],
  [-5640, 'over', 1, 1, 34],
  [20_000, 'ok', 0, 5, 34],
])('%i seconds of four hours are %s', (left, tone, used, hours, minutes) => {
  const said = of(left);
  expect(said).toMatchObject({ tone, hours, minutes });
  expect(said.used).toBeCloseTo(used, 2);
});

test('a clock that stands is neither late nor early, and a step without a limit has no bar', () => {
  expect(of(-100, 14_400, true)).toEqual({ tone: 'off', used: 0, hours: 0, minutes: 0 });
  expect(of(null, null)).toEqual({ tone: 'none', used: 0, hours: 0, minutes: 0 });
});
