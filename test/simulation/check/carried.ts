import type { Tx } from '#platform/postgres/index.ts';
import type { Told } from '../bank/act.ts';

/** Sums that the checks carry from day to day, so that a day costs what a day posted. They belong to the examiner, not to the bank. */
export async function prepareCarried(tx: Tx, firstDay: string): Promise<void> {
  await tx.query(`create schema simulation`);
  await tx.query(
    `create table simulation.mark (posting_id bigint not null, event_id bigint not null, closed_to date not null, first_day date not null)`,
  );
  await tx.query(
    `create table simulation.balance (loan_id bigint, account text, balance_fen numeric not null, primary key (loan_id, account))`,
  );
  await tx.query(
    `create table simulation.turnover (business_date date, account text, debit_fen numeric not null, credit_fen numeric not null, primary key (business_date, account))`,
  );
  await tx.query(`create table simulation.core_payment (sequence text primary key, core_date date not null, amount_fen bigint not null)`);
  await tx.query(
    `create table simulation.told (event_id bigint primary key, kind text not null, loan_id bigint not null, amount_fen bigint not null)`,
  );
  await tx.query('insert into simulation.mark select 0, 0, $1::date - 1, $1', [firstDay]);
  // One row, and planned as one.
  await tx.query('analyze simulation.mark');
}

/** Forgets what was carried: the next fold goes through the whole ledger. */
export async function forgetCarried(tx: Tx): Promise<void> {
  await tx.query('truncate simulation.balance, simulation.turnover');
  await tx.query('update simulation.mark set posting_id = 0, event_id = 0, closed_to = first_day - 1');
}

/** Adds the postings after the mark, which stay at hand as `new_posting`; the mark itself moves when the rules have seen them. */
export async function foldPostings(tx: Tx, entityId: string): Promise<void> {
  const [mark] = await tx.query<{ posting_id: bigint; closed_to: string }>('select posting_id, closed_to from simulation.mark');
  if (!mark) throw new Error('the examiner has no mark');
  // By value and not by a join: only then are the months before left alone.
  await tx.query('drop table if exists new_posting');
  await tx.query('create temporary table new_posting (like servicing.posting) on commit drop');
  await tx.query(
    'insert into new_posting select * from servicing.posting where entity_id = $1 and posting_id > $2 and business_date >= $3',
    [entityId, mark.posting_id, mark.closed_to],
  );
  await tx.query('analyze new_posting');
  await tx.query(
    `insert into simulation.balance (loan_id, account, balance_fen)
     select loan_id, account, sum(amount) from (
       select coalesce(loan_id, 0) as loan_id, debit as account, amount_fen as amount from new_posting
       union all select coalesce(loan_id, 0), credit, -amount_fen from new_posting) side
     group by 1, 2
     on conflict (loan_id, account) do update set balance_fen = balance.balance_fen + excluded.balance_fen`,
  );
  await tx.query(
    `insert into simulation.turnover (business_date, account, debit_fen, credit_fen)
     select business_date, account, sum(debit), sum(credit) from (
       select business_date, debit as account, amount_fen as debit, 0 as credit from new_posting
       union all select business_date, credit, 0, amount_fen from new_posting) side
     group by 1, 2
     on conflict (business_date, account) do update
       set debit_fen = turnover.debit_fen + excluded.debit_fen, credit_fen = turnover.credit_fen + excluded.credit_fen`,
  );
}

/** What has been seen is behind the mark. */
export async function moveMark(tx: Tx, entityId: string): Promise<void> {
  await tx.query(
    `update simulation.mark set
       posting_id = greatest(posting_id, (select max(posting_id) from new_posting)),
       event_id = coalesce((select max(event_id) from servicing.event where entity_id = $1), event_id),
       closed_to = coalesce((select max(business_date) from servicing.day_end where entity_id = $1 and state = 'closed'), closed_to)`,
    [entityId],
  );
}

/** What callers were answered, for good: neither more nor less may have been done. */
export async function noteTold(tx: Tx, told: readonly Told[]): Promise<void> {
  await tx.query('insert into simulation.told select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[])', [
    told.map(({ eventId }) => eventId),
    told.map(({ kind }) => kind),
    told.map(({ loanId }) => loanId),
    told.map(({ amountFen }) => amountFen),
  ]);
}
