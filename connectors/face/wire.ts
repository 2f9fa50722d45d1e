import { z } from 'zod';

export const path = '/face/v1/verify';

export const wireQuestion = z.strictObject({ question_id: z.string(), session_token: z.string(), name: z.string(), id_no: z.string() });
export type WireQuestion = z.output<typeof wireQuestion>;

const score = z.int().min(0).max(1_000);

export const wireResult = z.strictObject({
  liveness_score: score,
  match_score: score.nullable(),
  match: z.enum(['same', 'different', 'unsure', 'no_reference']),
});
export type WireResult = z.output<typeof wireResult>;

/** Nothing beside what is agreed: a provider that sent an image would be refused, not stored. */
export const wireAnswer = z.strictObject({
  question_id: z.string(),
  session_token: z.string(),
  id_no: z.string(),
  captured_at: z.iso.datetime({ offset: true }).transform((text) => Temporal.Instant.from(text)),
  ...wireResult.shape,
});
