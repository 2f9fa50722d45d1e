import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate, divide, formatPercent, formatYuan, parseYuan, ratePpm, shareOf } from './index.ts';
import type { Rounding } from './index.ts';

const runs = { numRuns: 20_000 };
const anyInteger = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const amount = fc.bigInt({ min: 0n, max: 10n ** 14n });

describe('divide', () => {
  const rules: readonly Rounding[] = ['half_up', 'half_even', 'down', 'up', 'floor', 'ceiling'];
  test.each([
    //               half_up half_even down  up   floor ceiling
    [
      [7n, 2n],
      [4n, 4n, 3n, 4n, 3n, 4n],
    ],
    [
      [5n, 2n],
      [3n, 2n, 2n, 3n, 2n, 3n],
    ],
    [
      [-5n, 2n],
      [-3n, -2n, -2n, -3n, -3n, -2n],
    ],
    [
      [5n, -2n],
      [-3n, -2n, -2n, -3n, -3n, -2n],
    ],
    [
      [-7n, 2n],
      [-4n, -4n, -3n, -4n, -4n, -3n],
    ],
    [
      [1n, 3n],
      [0n, 0n, 0n, 1n, 0n, 1n],
    ],
    [
      [-1n, 3n],
      [0n, 0n, 0n, -1n, -1n, 0n],
    ],
    [
      [6n, 3n],
      [2n, 2n, 2n, 2n, 2n, 2n],
    ],
    [
      [0n, 9n],
      [0n, 0n, 0n, 0n, 0n, 0n],
    ],
  ] as const)('%s', ([numerator, denominator], expected) => {
    expect(rules.map((rule) => divide(numerator, denominator, rule))).toEqual(expected);
  });

  test('lies within half of the exact quotient, and is the mirror of its negative', () => {
    fc.assert(
      fc.property(anyInteger, fc.bigInt({ min: 1n, max: 10n ** 12n }), (numerator, denominator) => {
        const quotient = divide(numerator, denominator, 'half_up');
        const off = 2n * (numerator - quotient * denominator);
        expect(off <= denominator && off >= -denominator).toBe(true);
        expect(divide(-numerator, denominator, 'half_up')).toBe(-quotient);
        expect(divide(numerator, denominator, 'ceiling')).toBe(-divide(-numerator, denominator, 'floor'));
      }),
      runs,
    );
  });

  test('refuses to divide by zero', () => expect(() => divide(1n, 0n, 'down')).toThrow('division by zero'));
});

describe('allocate', () => {
  test.each([
    [100n, [1n, 1n, 1n], [33n, 34n, 33n]],
    [1n, [1n, 1n, 1n], [0n, 1n, 0n]],
    [-100n, [1n, 1n, 1n], [-33n, -34n, -33n]],
    [5n, [0n, 3n, 0n], [0n, 5n, 0n]],
    [0n, [2n, 1n], [0n, 0n]],
  ])('%s by %s', (total, weights, parts) => expect(allocate(total, weights)).toEqual(parts));

  test('sums, keeps the sign, and stays within a fen of the exact share', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(amount, weights, (total, shares) => {
        const whole = shares.reduce((sum, share) => sum + share, 0n);
        fc.pre(whole > 0n);
        const parts = allocate(total, shares);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(total);
        for (const [index, part] of parts.entries()) {
          const off = part * whole - total * (shares[index] ?? 0n);
          expect(part >= 0n && off <= whole && off >= -whole).toBe(true);
        }
      }),
      runs,
    );
  });

  test.each([[[]], [[0n, 0n]], [[1n, -1n]]])('refuses the weights %s', (weights) => {
    expect(() => allocate(10n, weights)).toThrow(RangeError);
  });
});

describe('yuan', () => {
  test.each([
    ['8496.73', 849_673n],
    ['0.1', 10n],
    ['-0.01', -1n],
    ['12', 1200n],
    ['0.001', null],
    ['1e3', null],
    ['1,000.00', null],
    ['', null],
    ['１２', null],
  ])('%s', (text, fen) => expect(parseYuan(text)).toBe(fen));

  test('is written back as it was read', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (fen) => {
        expect(parseYuan(formatYuan(fen))).toBe(fen);
      }),
      runs,
    );
  });

  test('groups thousands', () =>
    expect([1n, 123_456_789n, -100_000n].map((fen) => formatYuan(fen, true))).toEqual(['0.01', '1,234,567.89', '-1,000.00']));
});

describe('rates', () => {
  test.each([
    [36_000, 36_000n],
    [0, 0n],
    [-1, null],
    [0.5, null],
    [10_000_001, null],
    [Number.NaN, null],
  ])('%s', (value, rate) => expect(ratePpm(value)).toBe(rate));

  test('are shown with two places, and more only when they have them', () => {
    expect([36_000n, 35_500n, 100n, 123n, 1_240_000n].map(formatPercent)).toEqual(['3.60', '3.55', '0.01', '0.0123', '124.00']);
  });

  test('a penalty of one half on 5.10 %', () => expect(shareOf(51_000n, 1_500_000n, 'half_up')).toBe(76_500n));
});
