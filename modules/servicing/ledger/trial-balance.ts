import type { Tx } from '#platform/postgres/index.ts';

/** Turnover of the day and balance at its end for every account that has ever moved. Made once, when all loans have passed the day. */
export async function closeTrialBalance(tx: Tx, entityId: string, day: string): Promise<void> {
  await tx.query(
    `with moved as (
       select account, sum(debit) as debit, sum(credit) as credit
       from (select debit as account, amount_fen as debit, 0 as credit from servicing.posting where entity_id = $1 and business_date = $2
             union all
             select credit, 0, amount_fen from servicing.posting where entity_id = $1 and business_date = $2) side
       group by account
     ), before as (
       select account, balance_fen from servicing.trial_balance
       where entity_id = $1 and business_date = (select max(business_date) from servicing.trial_balance where entity_id = $1 and business_date < $2)
     )
     insert into servicing.trial_balance (entity_id, business_date, account, debit_fen, credit_fen, balance_fen)
     select $1, $2, account, coalesce(m.debit, 0), coalesce(m.credit, 0), coalesce(b.balance_fen, 0) + coalesce(m.debit, 0) - coalesce(m.credit, 0)
     from moved m full join before b using (account)`,
    [entityId, day],
  );
}
