-- An early repayment is an order of servicing's, planned in the transaction that keeps the wish. None was kept before: there was nobody to take the money.
alter table lending.repayment add column collection_id bigint not null references servicing.collection;
