/** The published LPR, and which loans take it next. */
import { z } from 'zod';
import { loanSummary } from '../loans/contract.ts';
import { day, fen, ppm, reason } from '../values/contract.ts';

const lpr = z.object({ published_on: day, one_year_ppm: ppm, five_year_ppm: ppm });
export const publishLpr = lpr.extend({ reason });
export type PublishLpr = z.output<typeof publishLpr>;
const repriced = loanSummary
  .pick({ loan_id: true, person_id: true, person_name: true, rate_ppm: true })
  .extend({ left_fen: fen, spread_ppm: z.int(), is_long: z.boolean(), reprice_on: day });
/** Newest first, and the floating loans that take a rate next, nearest first, at most 200; the longer LPR counts for `is_long`. */
export const lprPage = z.object({ as_of: day, items: z.array(lpr), next: z.array(repriced) });
export type LprPage = z.infer<typeof lprPage>;
