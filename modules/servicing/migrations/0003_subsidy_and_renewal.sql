-- Interest subsidies of the treasury (财政贴息): the part of the yearly rate it pays, and what it has paid, line by line.
alter table servicing.loan add column subsidy_ppm integer not null default 0 check (subsidy_ppm between 0 and 1000000);
create index loan_subsidised on servicing.loan (entity_id) where subsidy_ppm > 0;

create table servicing.subsidy (
  entity_id   text not null,
  loan_id     bigint not null references servicing.loan,
  number      integer not null,
  person_id   text not null,
  granted_on  date not null,
  amount_fen  bigint not null check (amount_fen > 0),
  event_id    bigint not null references servicing.event,
  primary key (loan_id, number)
);
create index subsidy_person on servicing.subsidy (entity_id, person_id, granted_on);
call organization.protect('servicing.subsidy', null);
create policy with_loan on servicing.subsidy as restrictive to qianmo_app
  using (exists (select from servicing.loan l where l.loan_id = subsidy.loan_id));
grant select on servicing.subsidy to qianmo_app;
