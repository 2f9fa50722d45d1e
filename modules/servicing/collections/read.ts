import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { CollectionList, CollectionState, CollectionTotals } from './contract.ts';

interface CollectionView {
  collection_id: bigint;
  business_date: string;
  amount_fen: bigint;
  state: CollectionState;
  is_asked: boolean;
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
  const [loan] = await tx.query<{ has_account: boolean; auto_debit: boolean }>(
    `select m.loan_id is not null as has_account, coalesce(m.is_on, false) as auto_debit from servicing.loan l left join servicing.mandate m using (loan_id)
     where l.entity_id = $1 and l.loan_id = $2`,
    [entityId, loanId],
  );
  if (!loan) throw refuse(refusals, 'loan_unknown');
  const rows = await tx.query<CollectionView>(
    `select collection_id, business_date, amount_fen, state, asked_by is not null as is_asked, reason, '****' || right(account, 4) as account_masked, core_sequence, core_reference,
       core_date, event_id, planned_at, settled_at
     from servicing.collection where loan_id = $1 order by collection_id desc limit 200`,
    [loanId],
  );
  return {
    ...loan,
    items: rows.map((row) => ({
      ...row,
      collection_id: `C${row.collection_id}`,
      amount_fen: String(row.amount_fen),
      event_id: row.event_id === null ? null : `E${row.event_id}`,
    })),
  };
}

const ends = ['failed', 'waiting', 'collected'] as const;
type End = (typeof ends)[number];
type TotalsRow = Record<End, number> & Record<`${End}_fen`, string> & { open_date: string };

const countOf = (end: End): string => {
  const isMeant = end === 'waiting' ? `c.state not in ('failed', 'collected')` : `c.state = '${end}'`;
  return `count(c.collection_id) filter (where ${isMeant})::int as ${end}, coalesce(sum(c.amount_fen) filter (where ${isMeant}), 0)::text as ${end}_fen`;
};

/** What the day's plan takes: a borrower's own order that failed is nobody's arrears. Row-level security leaves what the reader may see. Refuses: not_open. */
export async function readCollectionTotals(tx: Tx, { entityId }: Session): Promise<CollectionTotals> {
  const [row] = await tx.query<TotalsRow>(
    `select b.open_date, ${ends.map(countOf).join(', ')}
     from servicing.business_day b left join servicing.collection c on c.entity_id = b.entity_id and c.business_date = b.open_date
       and c.asked_by is null
     where b.entity_id = $1 group by b.open_date`,
    [entityId],
  );
  if (!row) throw refuse(refusals, 'not_open');
  return {
    as_of: row.open_date,
    failed: { collections: row.failed, amount_fen: row.failed_fen },
    waiting: { collections: row.waiting, amount_fen: row.waiting_fen },
    collected: { collections: row.collected, amount_fen: row.collected_fen },
  };
}
