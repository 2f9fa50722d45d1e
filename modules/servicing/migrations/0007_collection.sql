-- Collecting what is due from the borrower's account at the core bank (代扣).

-- Whether a drawdown's loan is to be collected from the account that the money goes to.
alter table servicing.drawdown add column auto_debit boolean not null default false;

-- The account that a loan may be collected from, kept beside the loan so that a night does not carry it along.
create table servicing.mandate (
  entity_id    text not null,
  loan_id      bigint primary key references servicing.loan,
  grid_code    text collate "C" not null,
  account      text not null,
  account_name text not null,
  is_on        boolean not null
);
call organization.protect('servicing.mandate', 'grid_code');
grant select (entity_id, loan_id, grid_code, is_on) on servicing.mandate to qianmo_app;

-- One order to the core bank a row, at most one a loan and business date. collections/collection.ts says what the states may become.
create table servicing.collection (
  collection_id  bigint generated always as identity primary key,
  entity_id      text not null,
  loan_id        bigint not null references servicing.loan,
  grid_code      text collate "C" not null,
  -- The day whose dues it takes. It counts on the core's date.
  business_date  date not null,
  amount_fen     bigint not null check (amount_fen > 0),
  account        text not null,
  account_name   text not null,
  -- The core bank's key of the order: the same one in every attempt, so that it is taken once or not at all.
  core_sequence  text not null unique,
  state          text not null check (state in ('planned', 'sent', 'unknown', 'collected', 'failed')),
  -- Attempts that may have left.
  attempts       integer not null default 0,
  reason         text,
  core_reference text,
  core_date      date,
  -- The repayment that it became.
  event_id       bigint references servicing.event,
  planned_at     timestamptz not null,
  settled_at     timestamptz,
  unique (loan_id, business_date),
  check ((state in ('collected', 'failed')) = (settled_at is not null)),
  check (state = 'collected' or event_id is null),
  check (state <> 'planned' or attempts = 0)
);
-- One order of a loan is open at most.
create unique index collection_of_loan on servicing.collection (loan_id) where state in ('planned', 'sent', 'unknown');
create index collection_open on servicing.collection (entity_id, collection_id) where state in ('planned', 'sent', 'unknown');
create index collection_day on servicing.collection (entity_id, business_date);
create index collection_core_day on servicing.collection (entity_id, core_date) where core_date is not null;
call organization.protect('servicing.collection', 'grid_code');
grant select on servicing.collection to qianmo_app;

alter table servicing.recon_break add column collection_id bigint references servicing.collection;
