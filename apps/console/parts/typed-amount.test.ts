import { expect, test } from 'vitest';
import { fenTyped, ppmTyped, wholeTyped } from './typed-amount.ts';

test.each([
  ['10000', 1_000_000n],
  ['10,000.5', 1_000_050n],
  ['1，234.56', 123_456n],
  ['0', null],
  ['-5', null],
  ['1.234', null],
  ['1e5', null],
  ['', null],
])('%s yuan is %s fen', (text, fen) => {
  expect(fenTyped(text)).toBe(fen);
});

test.each([
  ['3.6', 36_000],
  ['3.65', 36_500],
  ['4.8500', 48_500],
  ['24', 240_000],
  ['0', 0],
  ['3.60001', null],
  ['abc', null],
  ['-1', null],
])('%s percent is %s ppm', (text, ppm) => {
  expect(ppmTyped(text)).toBe(ppm);
});

test.each([
  ['12', 12],
  ['0', null],
  ['361', null],
  ['1.5', null],
  ['', null],
])('%s months is %s', (text, months) => {
  expect(wholeTyped(text, 1, 360)).toBe(months);
});
