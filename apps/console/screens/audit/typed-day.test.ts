import { expect, test } from 'vitest';
import { typedDay } from './typed-day.ts';

test.each([
  ['2026-11-19', '2026-11-19'],
  [' 20261119 ', '2026-11-19'],
  ['2026/1/5', '2026-01-05'],
  ['2026.01.05', '2026-01-05'],
  ['2026年11月9日', '2026-11-09'],
  ['', ''],
  ['昨天', '昨天'],
  ['2026-13', '2026-13'],
])('%j is %j', (typed, day) => {
  expect(typedDay(typed)).toBe(day);
});
