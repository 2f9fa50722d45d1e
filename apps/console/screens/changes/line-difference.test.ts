import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { differenceOf, fold, linesOf } from './line-difference.ts';

const mark = { same: ' ', gone: '-', new: '+' } as const;
const drawn = (before: string, after: string): string =>
  differenceOf(Array.from(before), Array.from(after))
    .map((line) => mark[line.kind] + line.text)
    .join('');

test.each([
  ['', '', ''],
  ['abc', 'abc', ' a b c'],
  ['abc', 'abxc', ' a b+x c'],
  ['abxc', 'abc', ' a b-x c'],
  ['abc', 'axc', ' a-b+x c'],
  ['', 'ab', '+a+b'],
])('from %s to %s: %s', (before, after, wanted) => {
  expect(drawn(before, after)).toBe(wanted);
});

test('the lines of each side can be read back, with their numbers in order', () => {
  const side = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
  fc.assert(
    fc.property(side, side, (before, after) => {
      const lines = differenceOf(before, after);
      expect(lines.filter((line) => line.kind !== 'new').map((line) => line.text)).toEqual(before);
      expect(lines.filter((line) => line.kind !== 'gone').map((line) => line.text)).toEqual(after);
      expect(lines.flatMap((line) => line.before ?? [])).toEqual(before.map((_, index) => index + 1));
      expect(lines.flatMap((line) => line.after ?? [])).toEqual(after.map((_, index) => index + 1));
    }),
  );
});

test('equal lines far from a change fold away', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const after = before.with(10, 'changed');
  expect(fold(differenceOf(before, after), 1).map((line) => (line.kind === 'fold' ? line.count : mark[line.kind] + line.text))).toEqual([
    9,
    ' line 9',
    '-line 10',
    '+changed',
    ' line 11',
    8,
  ]);
});

test.each([
  [null, []],
  ['a\nb\n', ['a', 'b']],
  [{ roles: ['manager'] }, ['{', '  "roles": [', '    "manager"', '  ]', '}']],
])('%j is shown as %j', (side, lines) => {
  expect(linesOf(side)).toEqual(lines);
});
