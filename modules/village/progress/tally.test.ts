import { describe, expect, test } from 'vitest';
import { mostLost, passedOf, ppmOf } from './tally.ts';

describe('what a ladder of households says', () => {
  test.each<[string, number[], ReturnType<typeof passedOf>]>([
    ['nobody', [0, 0, 0, 0, 0, 0, 0], 'collected'],
    ['half is not more than half', [10, 5, 0, 0, 0, 0, 0], 'collected'],
    ['six of ten filed', [10, 6, 5, 0, 0, 0, 0], 'filed'],
    ['evaluated without being filed', [10, 2, 8, 1, 0, 0, 0], 'evaluated'],
    ['everybody uses it', [10, 10, 10, 10, 10, 10, 10], 'used'],
  ])('passed: %s', (_name, ladder, expected) => expect(passedOf(ladder)).toBe(expected));

  test.each<[string, number[], ReturnType<typeof mostLost>]>([
    ['nothing is lost where nobody is', [0, 0, 0, 0, 0, 0, 0], null],
    [
      'from granted to signed',
      [248_400, 228_031, 214_620, 203_184, 189_778, 96_787, 74_013],
      { from: 'granted', to: 'signed', lost: 92_991, left: 96_787, of: 189_778 },
    ],
    ['a later stage with more is no loss', [10, 2, 8, 8, 8, 8, 8], { from: 'collected', to: 'filed', lost: 8, left: 2, of: 10 }],
  ])('lost: %s', (_name, ladder, expected) => expect(mostLost(ladder)).toEqual(expected));

  test('a share is rounded down: all but one of a million is not all', () => {
    expect(ppmOf(3_999_999, 4_000_000)).toBe(999_999);
    expect(ppmOf(1, 0)).toBeNull();
  });
});
