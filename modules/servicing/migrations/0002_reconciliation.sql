-- What the core bank says it booked, held against what was posted here, day by day.
create table servicing.reconciliation (
  entity_id   text not null,
  core_date   date not null,
  core_rows   integer not null,
  matched     integer not null,
  reconciled_at timestamptz not null,
  primary key (entity_id, core_date)
);
call organization.protect('servicing.reconciliation', null);
grant select on servicing.reconciliation to qianmo_app;

-- One difference a row. It stays until a person has looked into it and says what it was; a later run of the same day takes open ones back that are gone.
create table servicing.recon_break (
  break_id        bigint generated always as identity primary key,
  entity_id       text not null,
  core_date       date not null,
  kind            text not null check (kind in ('core_only', 'own_only', 'amount_differs', 'account_differs', 'reversed_at_core')),
  core_sequence   text not null,
  core_amount_fen bigint,
  own_amount_fen  bigint,
  drawdown_id     bigint references servicing.drawdown,
  state           text not null default 'open' check (state in ('open', 'cleared')),
  cleared_by      text,
  cleared_at      timestamptz,
  reason          text,
  unique (entity_id, core_date, kind, core_sequence),
  check ((state = 'cleared') = (cleared_by is not null and cleared_at is not null and reason is not null))
);
call organization.protect('servicing.recon_break', null);
grant select on servicing.recon_break to qianmo_app;
