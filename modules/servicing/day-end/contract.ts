/** Ends of day. */
import { z } from 'zod';
import { count, day, instant } from '../values/contract.ts';

export const dayEnd = z.object({
  business_date: day,
  state: z.enum(['running', 'closed']),
  loans: count,
  postings: count,
  repriced: count,
  started_at: instant,
  closed_at: instant.nullable(),
});
export const closeDays = z.object({ date: day });
export const dayEndPage = z.object({
  open_date: day.nullable(),
  /** Of the day that is being closed: active loans that have passed it, of all. */
  progress: z.object({ business_date: day, passed: count, of: count }).nullable(),
  days: z.array(dayEnd),
});
export type DayEndPage = z.infer<typeof dayEndPage>;
