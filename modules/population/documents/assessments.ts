/** Reviews, visits and the three limits of one person, as pages show them. */
import type { z } from 'zod';
import type { DecisionSummary, limits, MoneyFigure, review, visit } from '../contract.ts';
import type { PersonDetail } from './detail.ts';
import { fenText } from '../persons/person-row.ts';
import { summariseReviews } from './review-summary.ts';
import type { ReviewSummary } from './review-summary.ts';

type Review = z.infer<typeof review>;
type Visit = z.infer<typeof visit>;
type Limits = z.infer<typeof limits>;

export interface Assessments {
  reviews: Review[];
  review_summary: ReviewSummary;
  visits: Visit[];
  limits: Limits;
}

export function assessmentsOf(detail: PersonDetail, decision: DecisionSummary | null, maySeeSensitive: boolean): Assessments {
  const reviews = detail.reviews.map((row) => reviewOf(row, maySeeSensitive));
  const votes = detail.reviews.map(({ knows, limit, exclusion }) => ({
    knows,
    limit: limit === null ? null : BigInt(limit),
    excluded: exclusion !== null,
  }));
  const summary = summariseReviews(votes, maySeeSensitive);
  const visits = detail.visits.map(visitOf).toSorted((a, b) => b.day.localeCompare(a.day));
  return { reviews, review_summary: summary, visits, limits: limitsOf(reviews, summary, visits, decision) };
}

function reviewOf({ limit, exclusion, ...shown }: PersonDetail['reviews'][number], maySeeSensitive: boolean): Review {
  return { ...shown, limit_fen: fenText(limit), exclusion_code: maySeeSensitive ? exclusion : null };
}

/** Valid by the whole-village rule: within 300 m, with a photo, three minutes or longer. */
function visitOf({ day, result, limit, metres, minutes, photos, manager }: PersonDetail['visits'][number]): Visit {
  const isKnown = metres !== null && minutes !== null && photos !== null;
  return {
    day,
    result,
    survey_limit_fen: fenText(limit),
    gps_distance_m: metres,
    stay_minutes: minutes,
    photo_count: photos,
    manager_no: manager,
    valid: isKnown ? metres <= 300 && photos >= 1 && minutes >= 3 : null,
  };
}

function limitsOf(reviews: readonly Review[], summary: ReviewSummary, visits: readonly Visit[], decision: DecisionSummary | null): Limits {
  const surveyed = visits.find((each) => each.survey_limit_fen !== null);
  const lastReview = reviews.map((each) => each.day).toSorted((a, b) => b.localeCompare(a))[0];
  const figure = (value: string | null, asOf: string | null | undefined, missing: MoneyFigure['reason']): MoneyFigure => ({
    value,
    as_of: asOf ?? null,
    reason: value === null ? missing : null,
  });
  return {
    review: figure(summary.limit_fen, lastReview, summary.reason ?? 'not_on_file'),
    model: figure(decision?.limit_fen ?? null, decision?.as_of, decision ? 'not_granted' : 'not_screened'),
    survey: figure(surveyed?.survey_limit_fen ?? null, surveyed?.day, 'not_on_file'),
    taken: figure(null, null, 'not_granted'),
  };
}
