-- What follows from elsewhere: a grant that is withdrawn, an answer that was given at a meeting, a group head who was another one before.

-- A limit that was granted and withdrawn before anybody signed, by whomever: its line says so. A reversal says `reversed` afterwards.
create function village.follow_withdrawal() returns trigger language plpgsql as $$
begin
  update village.batch_line set state = 'withdrawn' where facility_id = new.facility_id and state = 'granted';
  return null;
end $$;
create index batch_line_facility on village.batch_line (facility_id) where facility_id is not null;
create trigger grant_withdrawn after insert on servicing.event
  for each row when (new.kind = 'facility.withdraw') execute function village.follow_withdrawal();
update village.batch_line l set state = 'withdrawn'
from servicing.event e where e.kind = 'facility.withdraw' and e.facility_id = l.facility_id and l.state = 'granted';

-- Where the reviewer said it, when a member of staff typed it in.
alter table village.evaluation add column taken_place text;

-- Who was a group's head before, and until when.
create table village.group_head_past (
  past_id      bigint generated always as identity primary key,
  project_id   bigint not null,
  entity_id    text not null,
  grid_code    text collate "C" not null,
  person_id    text,
  name         text not null,
  phone_masked text,
  set_by       text not null,
  set_at       timestamptz not null,
  replaced_by  text not null,
  replaced_at  timestamptz not null
);
create index group_head_past_group on village.group_head_past (project_id, grid_code, past_id);
call organization.protect('village.group_head_past', 'grid_code');
grant select on village.group_head_past to qianmo_app;

create function village.keep_past_head() returns trigger language plpgsql as $$
begin
  insert into village.group_head_past (project_id, entity_id, grid_code, person_id, name, phone_masked, set_by, set_at, replaced_by, replaced_at)
  values (old.project_id, old.entity_id, old.grid_code, old.person_id, old.name, old.phone_masked, old.set_by, old.set_at, new.set_by, new.set_at);
  return null;
end $$;
create trigger head_replaced after update on village.group_head for each row execute function village.keep_past_head();
