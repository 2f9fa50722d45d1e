/** Statements as they are told over HTTP. Amounts are fen as digit strings. */
import { z } from 'zod';
import { fen } from '../values/contract.ts';

const owed = z.object({ principal_fen: fen, interest_fen: fen, penalty_fen: fen, compound_fen: fen, costs_fen: fen });
const statement = z.object({
  number: z.int().min(1),
  period_from: z.iso.date(),
  period_to: z.iso.date(),
  opening: owed,
  drawn_fen: fen,
  accrued: z.object({ interest_fen: fen, penalty_fen: fen, compound_fen: fen }),
  charged_costs_fen: fen,
  fee_fen: fen,
  paid: owed,
  /** Subsidised, waived or written off. */
  relieved: owed,
  /** What the ledger says at the end of the period. */
  closing: owed,
});
export type Statement = z.infer<typeof statement>;
/** Newest first, at most 240 of a loan. */
export const statementList = z.object({ items: z.array(statement) });

/** A month that has ended, such as `2026-03`; left out: everything up to now. */
export const statementPeriod = z.object({
  period: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .optional(),
});

export const statementsAddress = '/api/v1/loans/:id/statements';
