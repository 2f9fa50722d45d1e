-- Where quarters of interest are counted from, and what repaying principal before its day costs.
alter table servicing.loan add column interest_anchor text not null default 'start' check (interest_anchor in ('start', 'calendar'));
alter table servicing.loan add column prepayment_fee_ppm integer not null default 0 check (prepayment_fee_ppm between 0 and 1000000);
