import { expect, test } from 'vitest';
import { validFor } from './valid-for.ts';

test.each([
  ['P15D', { count: 15, unit: 'days' }],
  ['P6M', { count: 6, unit: 'months' }],
  ['PT30M', { count: 30, unit: 'minutes' }],
  ['P1DT2H', null],
  ['x', null],
])('%s', (duration, wanted) => {
  expect(validFor(duration)).toEqual(wanted);
});
