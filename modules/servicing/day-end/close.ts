import { dayIndex } from '#core/calendar/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { closeSql } from './close-sql.ts';

export interface Closed {
  loans: number;
  postings: number;
}

/** Loans from `from` (inclusive) to `to` (exclusive). */
export interface LoanRange {
  from: bigint;
  to: bigint;
}

/**
 * Closes a day for the active loans of a range that stand at it; those that do not are left alone. `postedOn`: the business date of the postings,
 * another one only for a loan that is brought up after its day was closed.
 */
export async function closeRange(tx: Tx, entityId: string, day: string, { from, to }: LoanRange, postedOn = day): Promise<Closed> {
  const next = Temporal.PlainDate.from(day).add({ days: 1 });
  const [closed] = await tx.query<Closed>(closeSql, [
    entityId,
    from,
    to,
    day,
    next.toString(),
    dayIndex(next, '30/360'),
    dayIndex(next, 'actual/360'),
    voucherOf(day),
    postedOn,
  ]);
  if (!closed) throw new Error('closing a day gave no answer');
  return closed;
}

/** Vouchers of the end of day are negative, so that they never meet an event's number. */
export const voucherOf = (day: string): bigint => -BigInt(day.replaceAll('-', ''));
