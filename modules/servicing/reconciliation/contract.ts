/** Reconciliation with the core bank. */
import { z } from 'zod';
import { count, day, drawdownId, fen, instant, reason } from '../values/contract.ts';

/** Booked at the core only; confirmed here only; of other amount; of other account; taken back at the core. */
export const breakKinds = ['core_only', 'own_only', 'amount_differs', 'account_differs', 'reversed_at_core'] as const;
export type BreakKind = (typeof breakKinds)[number];
export const breakId = z.string().regex(/^B[1-9]\d{0,14}$/);
export const reconciled = z.object({ core_date: day, core_rows: count, matched: count, breaks: count });
export type Reconciled = z.infer<typeof reconciled>;
export const reconciliationPage = z.object({
  days: z.array(z.object({ core_date: day, core_rows: count, matched: count, reconciled_at: instant })),
  breaks: z.array(
    z.object({
      break_id: breakId,
      core_date: day,
      kind: z.enum(breakKinds),
      core_sequence: z.string(),
      core_amount_fen: fen.nullable(),
      own_amount_fen: fen.nullable(),
      drawdown_id: drawdownId.nullable(),
      /** Of a difference in a collection: `C` and its number. */
      collection_id: z.string().nullable(),
      state: z.enum(['open', 'cleared']),
      cleared_by: z.string().nullable(),
      cleared_at: instant.nullable(),
      reason: z.string().nullable(),
    }),
  ),
});
export type ReconciliationPage = z.infer<typeof reconciliationPage>;
export const clearBreakBody = z.object({ reason });
