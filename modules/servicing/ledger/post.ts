import type { Movement } from '#core/loan/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { pairsOf } from './postings.ts';

export interface Voucher {
  readonly entityId: string;
  readonly businessDate: string;
  /** The event that caused it, or the day of an end of day as −yyyymmdd. */
  readonly number: bigint;
  readonly loanId: bigint | null;
}

/** Posts what moved. A reversal posts the same amounts the other way. */
export async function post(
  tx: Tx,
  voucher: Voucher,
  movements: readonly Movement[],
  direction: 'forward' | 'reverse' = 'forward',
): Promise<void> {
  const rows = movements.flatMap((movement) =>
    pairsOf(movement).map((pair) => ({
      act: movement.act,
      amount: movement.amountFen,
      ...(direction === 'forward' ? pair : { debit: pair.credit, credit: pair.debit }),
    })),
  );
  if (rows.length === 0) return;
  await tx.query(
    `insert into servicing.posting (entity_id, business_date, voucher, loan_id, act, debit, credit, amount_fen)
     select $1, $2, $3, $4, * from unnest($5::text[], $6::text[], $7::text[], $8::bigint[])`,
    [
      voucher.entityId,
      voucher.businessDate,
      voucher.number,
      voucher.loanId,
      rows.map((row) => row.act),
      rows.map((row) => row.debit),
      rows.map((row) => row.credit),
      rows.map((row) => row.amount),
    ],
  );
}
