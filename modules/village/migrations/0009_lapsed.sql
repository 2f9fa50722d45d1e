-- A limit that was granted and ran out before anybody signed: its line says `lapsed`. Servicing leaves such a facility as it is, past its last day, until
-- the same person is granted anew and it gives way; what nobody has asked for since is found after an end of day (grants/lapse.ts).
create function village.follow_lapse() returns trigger language plpgsql as $$
begin
  update village.batch_line line set state = 'lapsed' from servicing.business_day day
  where line.facility_id = new.facility_id and line.state = 'granted' and day.entity_id = new.entity_id and new.valid_to < day.open_date;
  return null;
end $$;
create trigger grant_lapsed after update of state on servicing.facility
  for each row when (old.state = 'granted' and new.state = 'closed') execute function village.follow_lapse();

-- Those of before: past their day and unsigned, or closed without a signature and without anybody's taking them back.
update village.batch_line line set state = 'lapsed'
from servicing.facility facility join servicing.business_day day using (entity_id)
where facility.facility_id = line.facility_id and line.state = 'granted' and facility.valid_to < day.open_date
  and (facility.state = 'granted' or facility.state = 'closed'
    and not exists (select from servicing.event event where event.facility_id = facility.facility_id and event.kind = 'facility.sign'));
