import type { Tx } from '#platform/postgres/index.ts';

/**
 * Plans an order for everything that is due on the day that has just opened, of the loans that may be collected. In one statement over all loans; only
 * those with something due get a row. Once a loan and day: planned again, it finds its own rows. A loan with an open order, of an earlier day
 * or the borrower's own, gets none.
 * $1 entity · $2 the open day · $3 when.
 */
const planSql = `
with line as (
  select loan_id, sum(unpaid_principal_fen)::bigint as principal_fen
  from servicing.instalment where entity_id = $1 and state = 'billed' group by loan_id
), due as (
  select l.loan_id, l.costs_fen + l.compound_fen + l.penalty_fen + l.due_interest_fen + coalesce(line.principal_fen, 0) as fen
  from servicing.business_day b
  join servicing.loan l on l.entity_id = b.entity_id and l.accrued_to = b.open_date and l.state = 'active'
  left join line using (loan_id)
  where b.entity_id = $1 and b.open_date = $2::date
)
insert into servicing.collection (entity_id, loan_id, grid_code, business_date, amount_fen, account, account_name, core_sequence, state, planned_at)
select $1, m.loan_id, m.grid_code, $2::date, due.fen, m.account, m.account_name,
  'QC' || to_char($2::date, 'YYYYMMDD') || lpad(nextval('servicing.core_sequence')::text, 12, '0'), 'planned', $3
from due join servicing.mandate m using (loan_id)
where m.is_on and due.fen > 0
on conflict do nothing
returning 1`;

export async function planCollections(tx: Tx, entityId: string, day: string, at: string): Promise<number> {
  return (await tx.query(planSql, [entityId, day, at])).length;
}

/** Orders that did not leave on their day are given up with it: what is still due is planned anew. */
export async function dropUnsent(tx: Tx, entityId: string, day: string, at: string): Promise<void> {
  await tx.query(
    `update servicing.collection set state = 'failed', reason = 'not_sent_on_its_day', settled_at = $3
     where entity_id = $1 and state = 'planned' and business_date <= $2`,
    [entityId, day, at],
  );
}

/** Loans that a night may not pass over yet: their money may be on its way. */
export async function countUnderWay(tx: Tx, entityId: string, day: string): Promise<number> {
  const [row] = await tx.query<{ loans: number }>(
    `select count(*)::int as loans from servicing.collection where entity_id = $1 and state in ('sent', 'unknown') and business_date <= $2`,
    [entityId, day],
  );
  return row?.loans ?? 0;
}
