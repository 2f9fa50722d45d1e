-- From an account of the trial balance to its postings: a business date in the order of its postings, so that a page is read where it lies. Rows come in
-- this order, so the end of day appends to the index's last page. An index an account would spread every night over some twenty places of two indexes.
create index posting_of_day on servicing.posting (business_date, posting_id);
