-- What each statement of an end of day did, counted in its own transaction: after a crash, or with two processes at it, the day's report is still whole.
create table servicing.day_end_chunk (
  entity_id     text not null,
  business_date date not null,
  from_loan     bigint not null,
  loans         integer not null,
  postings      integer not null,
  primary key (entity_id, business_date, from_loan)
);
call organization.protect('servicing.day_end_chunk', null);
