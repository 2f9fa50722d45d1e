-- What a loan did in a period (对账单), written by the end of day that ends it. Interest is accrued and due interest together, principal the normal and
-- the overdue one. A statement covers every event of the loan after the last one of the statement before it, up to its own last one.
create table servicing.statement (
  entity_id              text not null,
  loan_id                bigint not null,
  number                 integer not null check (number > 0),
  period_from            date not null,
  period_to              date not null,
  opening_principal_fen  bigint not null,
  opening_interest_fen   bigint not null,
  opening_penalty_fen    bigint not null,
  opening_compound_fen   bigint not null,
  opening_costs_fen      bigint not null,
  drawn_fen              bigint not null,
  accrued_interest_fen   bigint not null,
  accrued_penalty_fen    bigint not null,
  accrued_compound_fen   bigint not null,
  charged_costs_fen      bigint not null,
  -- Charged and paid at once, for principal repaid early.
  fee_fen                bigint not null,
  paid_principal_fen     bigint not null,
  paid_interest_fen      bigint not null,
  paid_penalty_fen       bigint not null,
  paid_compound_fen      bigint not null,
  paid_costs_fen         bigint not null,
  -- Owed no longer and not paid by the borrower: subsidised, waived, written off.
  relieved_principal_fen bigint not null,
  relieved_interest_fen  bigint not null,
  relieved_penalty_fen   bigint not null,
  relieved_compound_fen  bigint not null,
  relieved_costs_fen     bigint not null,
  closing_principal_fen  bigint not null,
  closing_interest_fen   bigint not null,
  closing_penalty_fen    bigint not null,
  closing_compound_fen   bigint not null,
  closing_costs_fen      bigint not null,
  last_event             bigint not null,
  primary key (loan_id, period_to)
);
call organization.protect('servicing.statement', null);
create policy with_loan on servicing.statement as restrictive to qianmo_app
  using (exists (select from servicing.loan l where l.loan_id = statement.loan_id));
grant select on servicing.statement to qianmo_app;

-- What events posted, loan by loan: a statement adds it up without reading what every night posted.
create index posting_of_event on servicing.posting (loan_id, voucher) where voucher > 0;
