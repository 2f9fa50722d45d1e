import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amountOf, digitsOf, keys, press, step } from './typed-amount.ts';
import type { Key } from './typed-amount.ts';

test.each<[Key[], string]>([
  [['5', 'wan'], '50000'],
  [['1', '2', 'wan', 'back'], '12000'],
  [['0', '0', '7'], '7'],
  [['0', 'wan'], '0'],
  [['wan'], ''],
  [['back'], ''],
  [['9', 'wan', 'wan', '0'], '9000000000'],
  [['9', 'wan', 'wan', 'wan'], '900000000'],
])('keys %j give %s', (pressed, typed) => {
  expect(pressed.reduce((before, key) => press(before, key), '')).toBe(typed);
});

test.each([
  ['50,000', '50000'],
  ['５００００', '50000'],
  ['50000.75', '50000'],
  ['¥ 8 000 元', '8000'],
  ['007', '7'],
  ['借五万', ''],
  ['-500', '500'],
])('%s typed or pasted is %s', (text, digits) => {
  expect(digitsOf(text)).toBe(digits);
});

const bounds = { least: 100_000n, most: 30_000_000n };

test.each([
  ['', 'empty'],
  ['999', 'too_small'],
  ['300001', 'too_large'],
] as const)('%s is refused as %s', (typed, fault) => {
  expect(amountOf(typed, bounds)).toEqual({ ok: false, fault });
});

test.each([
  ['1000', 100_000n],
  ['300000', 30_000_000n],
] as const)('%s is %d fen', (typed, fen) => {
  expect(amountOf(typed, bounds)).toEqual({ ok: true, fen });
});

test.each([
  ['', 1, '1000'],
  ['1000', 1, '2000'],
  ['9500', 1, '10000'],
  ['10000', 1, '15000'],
  ['10000', -1, '9000'],
  ['100000', 1, '110000'],
  ['100000', -1, '95000'],
  ['299000', 1, '300000'],
  ['300000', 1, '300000'],
  ['1000', -1, '1000'],
] as const)('a step from %s by %d is %s', (typed, direction, next) => {
  expect(step(typed, direction, bounds)).toBe(next);
});

test('whatever is pressed, what stands there is digits without a leading zero, and steps stay within the bounds', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...keys), { maxLength: 30 }), fc.constantFrom(1, -1), (pressed, direction) => {
      const typed = pressed.reduce((before, key) => press(before, key), '');
      expect(typed).toMatch(/^(0|[1-9]\d{0,9})?$/);
      const next = step(typed, direction, bounds);
      // Down from far above the bounds takes more than one step; everything else is within them at once.
      if (direction === 1 || typed === '' || BigInt(typed) <= 300_000n) expect(amountOf(next, bounds).ok).toBe(true);
    }),
  );
});
