-- A limit that was granted and waits for its signature: nothing can be drawn on it. One at a time for a person and product, whoever grants it.
alter table servicing.facility drop constraint facility_state_check;
alter table servicing.facility add constraint facility_state_check check (state in ('granted', 'active', 'frozen', 'closed'));
alter table servicing.facility add constraint facility_granted_is_unused check (state <> 'granted' or reserved_fen + used_fen = 0);
create unique index facility_granted on servicing.facility (entity_id, person_id, product) where state = 'granted';
