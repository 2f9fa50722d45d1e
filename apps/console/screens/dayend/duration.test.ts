import { expect, test } from 'vitest';
import { took } from './duration.ts';

test.each([
  ['2026-11-20T14:30:00.000Z', '2026-11-20T14:30:00.012Z', '0.01 s'],
  ['2026-11-20T14:30:00Z', '2026-11-20T14:30:42Z', '42 s'],
  ['2026-11-20T14:30:00Z', '2026-11-20T14:42:05Z', '12 min 05 s'],
  ['2026-11-20T14:30:00Z', '2026-11-20T14:31:59.6Z', '2 min 00 s'],
  ['2026-11-20T14:30:00Z', null, null],
])('from %s to %s it took %s', (from, to, words) => {
  expect(took(from, to)).toBe(words);
});
