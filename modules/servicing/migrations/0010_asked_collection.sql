-- A collection that the borrower asks for (提前还款): any amount up to the whole debt, beside what the day's plan takes.
alter table servicing.collection
  -- Null: the day's plan.
  add column asked_by   text,
  -- What early repaid principal does to the rest of the plan; null takes only what is due.
  add column prepayment text check (prepayment in ('shorten', 'lower')),
  add check (asked_by is not null or prepayment is null);

-- The plan makes one order a loan and business date; a borrower may ask again when an order has ended.
alter table servicing.collection drop constraint collection_loan_id_business_date_key;
create unique index collection_of_loan_day on servicing.collection
  (loan_id, business_date, (case when asked_by is null then 0 else collection_id end));
