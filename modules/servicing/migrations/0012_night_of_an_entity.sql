-- A night reads one legal entity's running loans and due lines. Found by entity first, neither the other entities of the server nor the loans settled
-- over the years are read again every night.
create index loan_of_entity on servicing.loan (entity_id, loan_id);
create index loan_running on servicing.loan (entity_id, loan_id) where state = 'active';
drop index servicing.instalment_billed;
create index instalment_billed on servicing.instalment (entity_id, loan_id) where state = 'billed';
create index day_end_running on servicing.day_end (entity_id, business_date) where state = 'running';
