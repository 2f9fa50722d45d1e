import type { z } from 'zod';
import type { reviewSummary } from '../contract.ts';

export type ReviewSummary = z.infer<typeof reviewSummary>;

/** One reviewer's answer; amounts in fen. */
export interface ReviewVote {
  knows: boolean | null;
  limit: bigint | null;
  excluded: boolean;
}

const thousandYuan = 100_000n;
const thirdOpinionAbove = 600_000n;

/**
 * Puts back-to-back answers together: only a reviewer who knows the person counts; two valid answers are the least. The limit is the mean
 * of three or four answers, the minimum of two, and from five on the mean without the highest and the lowest, floored to 1,000 yuan.
 * A spread (highest − lowest) ÷ mean above 0.6 asks for a third opinion.
 */
export function summariseReviews(votes: readonly ReviewVote[], maySeeExclusions: boolean): ReviewSummary {
  const valid = votes.filter((vote) => vote.knows === true);
  const amounts = valid.map((vote) => vote.limit).filter((limit) => limit !== null);
  const exclusions = maySeeExclusions ? valid.filter((vote) => vote.excluded).length : null;
  const unknown = { valid: valid.length, limit_fen: null, spread_ppm: null, third_opinion: null, exclusion_votes: exclusions };
  if (votes.length === 0) return { ...unknown, reason: 'not_on_file' };
  if (amounts.length < 2) return { ...unknown, reason: 'too_few_reviews' };
  const sorted = amounts.toSorted(ascending);
  const spread = spreadPpm(sorted);
  return {
    valid: valid.length,
    limit_fen: String(takenLimit(sorted)),
    spread_ppm: Number(spread),
    third_opinion: spread > thirdOpinionAbove,
    exclusion_votes: exclusions,
    reason: null,
  };
}

function takenLimit(sorted: readonly bigint[]): bigint {
  const counted = sorted.length >= 5 ? sorted.slice(1, -1) : sorted;
  const [lowest] = counted;
  const limit = counted.length === 2 && lowest !== undefined ? lowest : sum(counted) / BigInt(counted.length);
  return (limit / thousandYuan) * thousandYuan;
}

function spreadPpm(sorted: readonly bigint[]): bigint {
  const total = sum(sorted);
  if (total === 0n) return 0n;
  const range = (sorted.at(-1) ?? 0n) - (sorted[0] ?? 0n);
  return (range * 1_000_000n * BigInt(sorted.length)) / total;
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
const ascending = (a: bigint, b: bigint): number => Number(a > b) - Number(a < b);
