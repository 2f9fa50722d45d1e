import { expect, test } from 'vitest';
import { lprPage } from '#modules/servicing/contract.ts';
import { basisPoints, nearest, rateThen } from './rate-then.ts';

const floating = (reprice_on: string, more: object = {}) => ({
  loan_id: 'L1',
  person_id: 'P1',
  person_name: null,
  left_fen: '1',
  rate_ppm: 36_000,
  spread_ppm: 5_000,
  is_long: false,
  reprice_on,
  ...more,
});
const { items, next } = lprPage.parse({
  as_of: '2026-11-20',
  items: [
    { published_on: '2027-02-20', one_year_ppm: 27_000, five_year_ppm: 32_000 },
    { published_on: '2026-11-20', one_year_ppm: 29_000, five_year_ppm: 34_000 },
    { published_on: '2026-01-20', one_year_ppm: 30_000, five_year_ppm: 35_000 },
  ],
  next: [
    floating('2027-01-01'),
    floating('2027-01-01', { is_long: true, spread_ppm: -1_000 }),
    floating('2027-03-01'),
    floating('2026-01-01'),
  ],
});

test('a loan takes the newest LPR of its term that is published by its day, with its spread', () => {
  expect(next.map((loan) => rateThen(loan, items))).toEqual([34_000, 33_000, 32_000, null]);
});

test('the nearest day and how many loans it moves', () => {
  expect([nearest(next), nearest([])]).toEqual([{ day: '2027-01-01', loans: 2 }, null]);
});

test.each([
  [undefined, 30_000, null],
  [30_000, 29_000, '−10'],
  [29_000, 29_500, '+5'],
  [29_000, 29_000, '0'],
])('from %s to %s is %s basis points', (before, now, told) => {
  expect(basisPoints(before, now)).toBe(told);
});
