-- Facilities, loans, what happens to them, and the ledger. Amounts are fen, rates millionths a year, days are business dates of the legal entity.
create schema servicing;
grant usage on schema servicing to qianmo_app;

-- The day each legal entity is open for. Only the end of day moves it, one day at a time.
create table servicing.business_day (
  entity_id text primary key,
  open_date date not null
);
call organization.protect('servicing.business_day', null);
grant select on servicing.business_day to qianmo_app;

create table servicing.facility (
  facility_id   bigint generated always as identity primary key,
  entity_id     text not null,
  person_id     text not null,
  grid_code     text collate "C" not null,
  product       text not null,
  kind          text not null check (kind in ('revolving', 'single_use')),
  limit_fen     bigint not null check (limit_fen >= 0 and limit_fen <= 5000000000),
  -- Promised to drawdowns whose payment is under way.
  reserved_fen  bigint not null default 0 check (reserved_fen >= 0),
  -- Revolving: principal outstanding. Single use: everything ever drawn.
  used_fen      bigint not null default 0 check (used_fen >= 0),
  valid_from    date not null,
  valid_to      date not null,
  state         text not null default 'active' check (state in ('active', 'frozen', 'closed')),
  opened_at     timestamptz not null,
  opened_by     text not null,
  check (valid_to > valid_from)
);
create index facility_person on servicing.facility (entity_id, person_id);
create index facility_grid on servicing.facility (grid_code, facility_id);
call organization.protect('servicing.facility', 'grid_code');
grant select on servicing.facility to qianmo_app;

create sequence servicing.core_sequence;

create table servicing.drawdown (
  drawdown_id    bigint generated always as identity primary key,
  entity_id      text not null,
  facility_id    bigint not null references servicing.facility,
  grid_code      text collate "C" not null,
  amount_fen     bigint not null check (amount_fen > 0),
  -- The agreed terms, from which the loan is opened when the money has left.
  terms          jsonb not null,
  account        text not null,
  account_name   text not null,
  purpose        text not null,
  -- The core bank's key of the payment: the same one in every attempt, so that it is paid once or not at all.
  core_sequence  text not null unique,
  state          text not null check (state in ('reserved', 'sent', 'unknown', 'confirmed', 'failed')),
  reason         text,
  core_reference text,
  loan_id        bigint unique,
  requested_on   date not null,
  requested_at   timestamptz not null,
  requested_by   text not null,
  settled_at     timestamptz,
  check ((state = 'confirmed') = (loan_id is not null)),
  check ((state in ('confirmed', 'failed')) = (settled_at is not null))
);
create index drawdown_facility on servicing.drawdown (facility_id);
create index drawdown_open on servicing.drawdown (entity_id, state) where state in ('reserved', 'sent', 'unknown');
call organization.protect('servicing.drawdown', 'grid_code');
grant select on servicing.drawdown to qianmo_app;

-- One due bill a row, as it stands at the opening of accrued_to. core/loan says what the columns mean; the columns from running_number to
-- running_interest_fen repeat the plan line whose period runs, so that a night needs no look into the plan.
create table servicing.loan (
  loan_id              bigint generated always as identity primary key,
  entity_id            text not null,
  facility_id          bigint not null references servicing.facility,
  person_id            text not null,
  grid_code            text collate "C" not null,
  product              text not null,
  -- 01 new · 03 to repay an old one · 04 restructured · 05 renewed without repayment (EAST codes)
  origin               text not null default '01' check (origin in ('01', '03', '04', '05')),
  previous_loan_id     bigint references servicing.loan,
  principal_fen        bigint not null check (principal_fen > 0 and principal_fen <= 5000000000),
  method               text not null,
  day_count            text not null check (day_count in ('30/360', 'actual/360', 'actual/365')),
  rate_ppm             integer not null check (rate_ppm between 0 and 10000000),
  -- Floating: LPR + spread, taken anew on reprice_on.
  lpr_spread_ppm       integer,
  reprice_every        text not null default 'never' check (reprice_every in ('never', 'january', 'anniversary')),
  reprice_on           date,
  overdue_rate_ppm     integer not null,
  misuse_rate_ppm      integer not null default 0,
  start_date           date not null,
  first_maturity       date not null,
  maturity             date not null,
  due_day              smallint not null check (due_day between 1 and 31),
  interest_every       smallint not null check (interest_every in (1, 3)),
  grace_days           smallint not null check (grace_days between 0 and 30),
  penalty_markup_ppm   integer not null check (penalty_markup_ppm between 0 and 1000000),
  misuse_markup_ppm    integer check (misuse_markup_ppm between 500000 and 1000000),
  principal_first      boolean not null,
  state                text not null default 'active' check (state in ('active', 'settled', 'written_off')),
  accrued_to           date not null,
  normal_principal_fen bigint not null check (normal_principal_fen >= 0),
  overdue_principal_fen bigint not null default 0 check (overdue_principal_fen >= 0),
  elapsed_days         integer not null default 0,
  interest_numerator   bigint not null default 0,
  accrued_interest_fen bigint not null default 0 check (accrued_interest_fen >= 0),
  due_interest_fen     bigint not null default 0 check (due_interest_fen >= 0),
  penalty_numerator    bigint not null default 0,
  penalty_fen          bigint not null default 0 check (penalty_fen >= 0),
  compound_numerator   bigint not null default 0,
  compound_fen         bigint not null default 0 check (compound_fen >= 0),
  costs_fen            bigint not null default 0 check (costs_fen >= 0),
  days_past_due        integer not null default 0,
  is_accruing          boolean not null default true,
  running_number       integer,
  running_start_index  integer,
  running_due          date,
  running_days         integer,
  running_interest_fen bigint,
  opened_at            timestamptz not null,
  check ((reprice_every = 'never') = (reprice_on is null)),
  check (state <> 'settled' or (normal_principal_fen = 0 and overdue_principal_fen = 0 and accrued_interest_fen = 0 and due_interest_fen = 0
    and penalty_fen = 0 and compound_fen = 0 and costs_fen = 0))
) with (fillfactor = 70);
create index loan_facility on servicing.loan (facility_id);
create index loan_person on servicing.loan (entity_id, person_id);
create index loan_grid on servicing.loan (grid_code, loan_id);
create index loan_reprice on servicing.loan (reprice_on) where reprice_on is not null;
call organization.protect('servicing.loan', 'grid_code');
grant select on servicing.loan to qianmo_app;
alter table servicing.drawdown add foreign key (loan_id) references servicing.loan deferrable initially deferred;

-- Plan lines that are not superseded. A new plan deletes lines that were only planned; what was billed stays.
create table servicing.instalment (
  entity_id            text not null,
  loan_id              bigint not null references servicing.loan,
  number               integer not null,
  start_date           date not null,
  due_date             date not null,
  days                 integer not null,
  principal_fen        bigint not null check (principal_fen >= 0),
  interest_fen         bigint not null check (interest_fen >= 0),
  state                text not null check (state in ('planned', 'billed', 'paid')),
  unpaid_principal_fen bigint not null check (unpaid_principal_fen >= 0),
  unpaid_interest_fen  bigint not null check (unpaid_interest_fen >= 0),
  primary key (loan_id, number)
) with (fillfactor = 90);
create index instalment_billed on servicing.instalment (loan_id) where state = 'billed';
call organization.protect('servicing.instalment', null);
-- A line is seen by whoever may see its loan.
create policy with_loan on servicing.instalment as restrictive to qianmo_app
  using (exists (select from servicing.loan l where l.loan_id = instalment.loan_id));
grant select on servicing.instalment to qianmo_app;

-- What was done to a loan or facility, by whom, and how it stood before: a reversal on the same day puts it back.
create table servicing.event (
  event_id     bigint generated always as identity primary key,
  entity_id    text not null,
  business_date date not null,
  kind         text not null,
  facility_id  bigint,
  loan_id      bigint,
  amount_fen   bigint,
  detail       jsonb not null default '{}',
  before       jsonb,
  reversed_by  bigint references servicing.event,
  actor_id     text not null,
  at           timestamptz not null
);
create index event_loan on servicing.event (loan_id, event_id);
create index event_facility on servicing.event (facility_id, event_id);
call organization.protect('servicing.event', null);
create policy with_loan on servicing.event as restrictive to qianmo_app
  using (exists (select from servicing.loan l where l.loan_id = event.loan_id)
      or exists (select from servicing.facility f where f.facility_id = event.facility_id));
grant select on servicing.event to qianmo_app;

-- One amount from a credit account to a debit account: a posting cannot be out of balance. Rows are only ever added; a correction is the same
-- amount the other way. `voucher` is the event (> 0) or the day of the end of day (< 0, as -yyyymmdd) that caused it.
create table servicing.posting (
  entity_id     text not null,
  business_date date not null,
  posting_id    bigint generated always as identity,
  voucher       bigint not null,
  loan_id       bigint,
  act           text not null,
  debit         text not null,
  credit        text not null,
  amount_fen    bigint not null check (amount_fen > 0),
  check (debit <> credit)
) partition by range (business_date);
create index posting_loan on servicing.posting (loan_id, business_date);
create index posting_day on servicing.posting using brin (posting_id);
call organization.protect('servicing.posting', null);
create policy with_loan on servicing.posting as restrictive to qianmo_app
  using (loan_id is null or exists (select from servicing.loan l where l.loan_id = posting.loan_id));
grant select on servicing.posting to qianmo_app;

create function servicing.only_added() returns trigger language plpgsql as $$
begin
  raise exception 'postings are only ever added; post the same amount the other way';
end $$;
create trigger only_added before update or delete or truncate on servicing.posting for each statement execute function servicing.only_added();

-- Makes room for a month of postings.
create procedure servicing.make_month(day date) language plpgsql as $$
declare
  month date := date_trunc('month', day);
  name text := format('posting_%s', to_char(month, 'YYYYMM'));
begin
  if to_regclass('servicing.' || name) is null then
    perform pg_advisory_xact_lock(hashtext('servicing.make_month'));
    execute format('create table if not exists servicing.%I partition of servicing.posting for values from (%L) to (%L)',
      name, month, (month + interval '1 month')::date);
  end if;
end $$;

-- Turnover and balance of every account at the end of each closed day.
create table servicing.trial_balance (
  entity_id     text not null,
  business_date date not null,
  account       text not null,
  debit_fen     numeric(30, 0) not null,
  credit_fen    numeric(30, 0) not null,
  balance_fen   numeric(30, 0) not null,   -- debits less credits since the beginning
  primary key (entity_id, business_date, account)
);
call organization.protect('servicing.trial_balance', null);
grant select on servicing.trial_balance to qianmo_app;

-- A key is taken in the transaction that does the work; the same key with another input is refused.
create table servicing.request (
  entity_id  text not null,
  key        text not null,
  input_hash text not null,
  answer     jsonb not null,
  at         timestamptz not null,
  primary key (entity_id, key)
);
call organization.protect('servicing.request', null);

-- Published loan prime rates.
create table servicing.lpr (
  entity_id    text not null,
  published_on date not null,
  one_year_ppm integer not null,
  five_year_ppm integer not null,
  primary key (entity_id, published_on)
);
call organization.protect('servicing.lpr', null);
grant select on servicing.lpr to qianmo_app;

-- One row a day that was closed or is being closed. next_loan says how far the chunks have come.
create table servicing.day_end (
  entity_id     text not null,
  business_date date not null,
  state         text not null check (state in ('running', 'closed')),
  loans         bigint not null default 0,
  postings      bigint not null default 0,
  report        jsonb not null default '{}',
  started_at    timestamptz not null,
  closed_at     timestamptz,
  primary key (entity_id, business_date)
);
call organization.protect('servicing.day_end', null);
grant select on servicing.day_end to qianmo_app;

-- core/calendar's dayIndex: the place of a date on the line of days of its count.
create function servicing.day_index(day date, day_count text) returns integer language sql immutable strict parallel safe
  return case when day_count = '30/360'
    then 360 * extract(year from day)::integer + 30 * extract(month from day)::integer
      + case when extract(month from day + 1) <> extract(month from day) then 30 else extract(day from day)::integer end
    else day - date '1970-01-01' end;

-- The interest that a line bills, which must be the interest of its plan.
create function servicing.billed(loan bigint, number integer, accrued bigint, planned bigint) returns bigint language plpgsql as $$
begin
  if accrued is distinct from planned then
    raise exception 'loan L% instalment % bills % fen of interest where its plan says %', loan, number, accrued, planned;
  end if;
  return accrued;
end $$;
