import type { Tx } from '#platform/postgres/index.ts';
import type { Told } from '../bank/act.ts';

/**
 * What the checks carry from day to day, so that a day costs what a day brought. It belongs to the examiner, not to the bank; so do the number of a
 * request, which clocks that jump cannot give, and two indexes.
 */
export async function prepareCarried(tx: Tx, firstDay: string): Promise<void> {
  await tx.query(`
    create schema simulation;
    create table simulation.mark (posting_id bigint not null, event_id bigint not null, request_number bigint not null, closed_to date not null, first_day date not null);
    create table simulation.balance (loan_id bigint, account text, balance_fen numeric not null, primary key (loan_id, account));
    create table simulation.account (entity_id text, account text, balance_fen numeric not null, primary key (entity_id, account));
    create table simulation.turnover (entity_id text, business_date date, account text, debit_fen numeric not null, credit_fen numeric not null,
      primary key (entity_id, business_date, account));
    create table simulation.core_payment (sequence text primary key, kind text not null, entity_id text not null, core_date date not null, amount_fen bigint not null);
    create index on simulation.core_payment (core_date);
    create table simulation.told (event_id bigint primary key, kind text not null, loan_id bigint not null, amount_fen bigint not null);

    create unlogged table simulation.new_posting (like servicing.posting);
    create unlogged table simulation.new_event (event_id bigint primary key, entity_id text not null, business_date date not null, kind text not null,
      facility_id bigint, loan_id bigint, amount_fen bigint, detail jsonb not null, actor_id text not null);
    create unlogged table simulation.new_request (entity_id text not null, key text not null, reference text);
    create unlogged table simulation.new_day (entity_id text, business_date date, primary key (entity_id, business_date));
    create unlogged table simulation.loan_scope (loan_id bigint primary key);
    create unlogged table simulation.facility_scope (facility_id bigint primary key);
    create unlogged table simulation.drawdown_scope (drawdown_id bigint primary key);
    create unlogged table simulation.collection_scope (collection_id bigint primary key);
    create unlogged table simulation.core_day (core_date date primary key);

    alter table servicing.request add column simulated_number bigint generated always as identity;
    create unique index on servicing.request (simulated_number);
    create index on servicing.loan (loan_id) where state <> 'settled';
    create index on servicing.collection (core_sequence);
  `);
  await tx.query('insert into simulation.mark select 0, 0, 0, $1::date - 1, $1', [firstDay]);
}

const names = [
  'new_posting',
  'new_event',
  'new_request',
  'new_day',
  'loan_scope',
  'facility_scope',
  'drawdown_scope',
  'collection_scope',
  'core_day',
];

const gathered = names.map((name) => `simulation.${name}`).join(', ');

/** Forgets what was carried: the next look goes through everything there is. */
async function forgetCarried(tx: Tx): Promise<void> {
  await tx.query('truncate simulation.balance, simulation.turnover, simulation.account');
  await tx.query('update simulation.mark set posting_id = 0, event_id = 0, request_number = 0, closed_to = first_day - 1');
}

interface Mark {
  posting_id: bigint;
  event_id: bigint;
  request_number: bigint;
  closed_to: string;
}

/**
 * Puts what is new since the mark at hand, and in scope what it touches and every loan, facility and payment that lives. What is settled and untouched
 * waits for a look at everything. By value and not by a join with the mark: only then are the months before left alone.
 */
export async function gather(tx: Tx, entities: readonly string[], isWhole: boolean): Promise<void> {
  if (isWhole) await forgetCarried(tx);
  // Deleted row by row, what a thousand days brought would be gone through at every look.
  await tx.query(`truncate ${gathered}`);
  const [mark] = await tx.query<Mark>('select * from simulation.mark');
  if (!mark) throw new Error('the examiner has no mark');
  await tx.query(
    'insert into simulation.new_posting select * from servicing.posting where entity_id = any ($1) and posting_id > $2 and business_date >= $3',
    [entities, mark.posting_id, mark.closed_to],
  );
  await tx.query(
    `insert into simulation.new_event select event_id, entity_id, business_date, kind, facility_id, loan_id, amount_fen, detail - 'movements', actor_id
     from servicing.event where event_id > $1`,
    [mark.event_id],
  );
  await tx.query(
    `insert into simulation.new_request select entity_id, key,
       coalesce(answer ->> 'event_id', answer ->> 'facility_id', answer ->> 'drawdown_id') from servicing.request where simulated_number > $1`,
    [mark.request_number],
  );
  await tx.query(
    `insert into simulation.new_day select entity_id, business_date from servicing.day_end
     where entity_id = any ($1) and state = 'closed' and business_date > $2`,
    [entities, mark.closed_to],
  );
  await scope(tx, isWhole, mark.closed_to);
  // Emptied and filled again, they would be planned for as they were.
  await tx.query(`analyze ${gathered}`);
  await fold(tx);
}

/** An order to collect has its end within so many days, and is looked at until then. */
const orderDays = 30;

async function scope(tx: Tx, isWhole: boolean, closedTo: string): Promise<void> {
  await tx.query(
    `insert into simulation.loan_scope select loan_id from servicing.loan where state <> 'settled' or ${isWhole}
     union select loan_id from simulation.new_event where loan_id is not null union select loan_id from simulation.new_posting where loan_id is not null`,
  );
  await tx.query(
    `insert into simulation.drawdown_scope select drawdown_id from servicing.drawdown where state in ('reserved', 'sent', 'unknown') or ${isWhole}
     union select (detail ->> 'drawdown_id')::bigint from simulation.new_event where detail ? 'drawdown_id'`,
  );
  await tx.query(
    `insert into simulation.collection_scope select collection_id from servicing.collection
     where business_date > $1::date - ${orderDays} or state in ('planned', 'sent', 'unknown') or ${isWhole}`,
    [closedTo],
  );
  await tx.query(
    `insert into simulation.facility_scope select facility_id from servicing.facility where reserved_fen > 0 or ${isWhole}
     union select facility_id from simulation.new_event where facility_id is not null
     union select l.facility_id from simulation.loan_scope join servicing.loan l using (loan_id)`,
  );
}

async function fold(tx: Tx): Promise<void> {
  await tx.query(
    `insert into simulation.balance (loan_id, account, balance_fen)
     select loan_id, account, sum(amount) from (
       select coalesce(loan_id, 0) as loan_id, debit as account, amount_fen as amount from simulation.new_posting
       union all select coalesce(loan_id, 0), credit, -amount_fen from simulation.new_posting) side
     group by 1, 2
     on conflict (loan_id, account) do update set balance_fen = balance.balance_fen + excluded.balance_fen`,
  );
  await tx.query(
    `with folded as (
       insert into simulation.turnover (entity_id, business_date, account, debit_fen, credit_fen)
       select entity_id, business_date, account, sum(debit), sum(credit) from (
         select entity_id, business_date, debit as account, amount_fen as debit, 0 as credit from simulation.new_posting
         union all select entity_id, business_date, credit, 0, amount_fen from simulation.new_posting) side
       group by 1, 2, 3
       on conflict (entity_id, business_date, account) do update
         set debit_fen = turnover.debit_fen + excluded.debit_fen, credit_fen = turnover.credit_fen + excluded.credit_fen
       returning entity_id, account)
     insert into simulation.account select distinct entity_id, account, 0 from folded on conflict do nothing`,
  );
}

/** What has been seen is behind the mark. */
export async function moveMark(tx: Tx, entities: readonly string[]): Promise<void> {
  await tx.query(
    `update simulation.mark set
       posting_id = greatest(posting_id, (select max(posting_id) from simulation.new_posting)),
       event_id = greatest(event_id, (select max(event_id) from simulation.new_event)),
       request_number = greatest(request_number, (select max(simulated_number) from servicing.request)),
       closed_to = greatest(closed_to, (select min(d) from (select max(business_date) as d from simulation.new_day where entity_id = any ($1) group by entity_id) last))`,
    [entities],
  );
  await tx.query(
    `update simulation.account a set balance_fen = a.balance_fen + p.fen
     from (select u.entity_id, u.account, sum(u.debit_fen - u.credit_fen) as fen from simulation.turnover u, simulation.mark
       where u.business_date <= mark.closed_to group by 1, 2) p
     where (a.entity_id, a.account) = (p.entity_id, p.account)`,
  );
  const [open] = await tx.query<{ turnover: string | null }>(
    'select jsonb_agg(u)::text as turnover from simulation.turnover u, simulation.mark where u.business_date > mark.closed_to',
  );
  await tx.query('truncate simulation.turnover');
  await tx.query('insert into simulation.turnover select * from jsonb_populate_recordset(null::simulation.turnover, $1::jsonb)', [
    open?.turnover ?? '[]',
  ]);
}

/** What callers were answered, for good: neither more nor less may have been done. */
export async function noteTold(tx: Tx, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return;
  await tx.query('insert into simulation.told select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[])', [
    told.map(({ eventId }) => eventId),
    told.map(({ kind }) => kind),
    told.map(({ loanId }) => loanId),
    told.map(({ amountFen }) => amountFen),
  ]);
}
