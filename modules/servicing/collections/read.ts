import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { CollectionList, CollectionState } from './contract.ts';

interface CollectionView {
  collection_id: bigint;
  business_date: string;
  amount_fen: bigint;
  state: CollectionState;
  reason: string | null;
  account_masked: string;
  core_sequence: string;
  core_reference: string | null;
  core_date: string | null;
  event_id: bigint | null;
  planned_at: string;
  settled_at: string | null;
}

/** Newest first. Refuses: loan_unknown. */
export async function readCollections(tx: Tx, { entityId }: Session, loanId: bigint): Promise<CollectionList> {
  const [loan] = await tx.query<{ auto_debit: boolean }>(
    `select coalesce(m.is_on, false) as auto_debit from servicing.loan l left join servicing.mandate m using (loan_id)
     where l.entity_id = $1 and l.loan_id = $2`,
    [entityId, loanId],
  );
  if (!loan) throw refuse(refusals, 'loan_unknown');
  const rows = await tx.query<CollectionView>(
    `select collection_id, business_date, amount_fen, state, reason, '****' || right(account, 4) as account_masked, core_sequence, core_reference,
       core_date, event_id, planned_at, settled_at
     from servicing.collection where loan_id = $1 order by collection_id desc limit 200`,
    [loanId],
  );
  return {
    auto_debit: loan.auto_debit,
    items: rows.map((row) => ({
      ...row,
      collection_id: `C${row.collection_id}`,
      amount_fen: String(row.amount_fen),
      event_id: row.event_id === null ? null : `E${row.event_id}`,
    })),
  };
}
