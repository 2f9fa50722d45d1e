import { expect, test } from 'vitest';
import { typedValue } from './typed-value.ts';

test.each([
  ['', 'fen', '100', null],
  ['68000', 'fen', '100', '6800000'],
  ['0.5', 'fen', null, '50'],
  ['-12.34', 'fen', null, '-1234'],
  ['1.234', 'fen', null, undefined],
  ['许多', 'fen', null, undefined],
  ['是', null, false, true],
  ['no', null, true, false],
  ['也许', null, true, undefined],
  ['0.3', null, 0.62, 0.3],
  ['三', null, 3, undefined],
  ['A', null, 'B', 'A'],
  ['12', null, null, 12],
  ['villager', null, null, 'villager'],
])('%s for a value in %s that was %s is %s', (text, unit, value, wanted) => {
  expect(typedValue(text, { unit, value })).toEqual(wanted);
});
