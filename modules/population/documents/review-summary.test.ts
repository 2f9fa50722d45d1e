import { describe, expect, test } from 'vitest';
import { summariseReviews } from './review-summary.ts';
import type { ReviewVote } from './review-summary.ts';

const votes = (...yuan: (number | null)[]): ReviewVote[] =>
  yuan.map((limit) => ({ knows: true, limit: limit === null ? null : BigInt(limit) * 100n, excluded: false }));

describe('the reviewed limit', () => {
  test.each([
    ['none', votes(), null, 'not_on_file'],
    ['one is too few', votes(80_000), null, 'too_few_reviews'],
    ['two: the lower', votes(90_000, 70_000), '7000000', null],
    ['three: the mean, floored to a thousand', votes(100_000, 90_000, 80_500), '9000000', null],
    ['four: the mean', votes(10_000, 20_000, 30_000, 40_000), '2500000', null],
    ['five: without highest and lowest', votes(0, 20_000, 30_000, 40_000, 900_000), '3000000', null],
    ['an answer without an amount does not count', votes(null, 50_000, 60_000), '5000000', null],
    ['all nothing', votes(0, 0, 0), '0', null],
  ])('%s', (_what, given, limit, reason) => {
    expect(summariseReviews(given, true)).toMatchObject({ limit_fen: limit, reason });
  });

  test('whoever does not know the person, or did not say, does not count', () => {
    const unsure: ReviewVote[] = [
      { knows: false, limit: 1n, excluded: true },
      { knows: null, limit: 1n, excluded: true },
    ];
    expect(summariseReviews([...unsure, ...votes(50_000, 60_000)], true)).toMatchObject({
      valid: 2,
      limit_fen: '5000000',
      exclusion_votes: 0,
    });
  });

  test.each([
    [votes(100_000, 100_000), 0, false],
    [votes(70_000, 100_000, 130_000), 600_000, false],
    [votes(69_999, 100_000, 130_001), 600_020, true],
  ])('a spread above 0.6 asks for a third opinion', (given, spread, third) => {
    expect(summariseReviews(given, true)).toMatchObject({ spread_ppm: spread, third_opinion: third });
  });

  test('exclusion votes are told only to those who may see them', () => {
    const given = votes(50_000, 60_000).map((vote) => ({ ...vote, excluded: true }));
    expect(summariseReviews(given, true).exclusion_votes).toBe(2);
    expect(summariseReviews(given, false).exclusion_votes).toBeNull();
  });
});
