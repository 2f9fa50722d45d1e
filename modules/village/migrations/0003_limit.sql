-- Visits, the three limits and what is taken of them.

-- Where a village, a group or a household stands: what a visit's place is held against. WGS 84.
create table village.point (
  entity_id  text not null,
  -- A grid code of 12 or 14 digits, or a household.
  place      text collate "C" not null,
  grid_code  text collate "C" not null,
  latitude   numeric(9, 6) not null check (latitude between -90 and 90),
  longitude  numeric(9, 6) not null check (longitude between -180 and 180),
  set_by     text not null,
  set_at     timestamptz not null,
  primary key (entity_id, place)
);
call organization.protect('village.point', 'grid_code');
grant select on village.point to qianmo_app;

create table village.visit (
  visit_id        uuid primary key,
  project_id      bigint not null,
  household_id    text collate "C" not null,
  entity_id       text not null,
  grid_code       text collate "C" not null,
  visited_by      text not null,
  second_id       text,
  started_at      timestamptz not null,
  seconds         integer not null,
  latitude        numeric(9, 6),
  longitude       numeric(9, 6),
  distance_m      integer,
  -- [{kind, hash, bytes}] in the order taken; the pictures themselves are in visit_photo.
  photos          jsonb not null default '[]',
  -- Why the visit does not count: too_far, too_short, no_photo, no_place; none means valid.
  faults          text[] not null,
  -- [{person_id, answers, investigated_fen}]: as they stand after corrections.
  answers         jsonb not null,
  -- Field by field where the evaluation said otherwise: [{person_id, field, evaluated, visited}].
  differences     jsonb not null,
  content_hash    text not null,
  received_at     timestamptz not null
);
create index visit_household on village.visit (project_id, household_id, started_at);
call organization.protect('village.visit', 'grid_code');
grant select on village.visit to qianmo_app;

-- Sealed: opened for one reader at a time, on record.
create table village.visit_photo (
  visit_id  uuid not null references village.visit,
  position  smallint not null,
  entity_id text not null,
  grid_code text collate "C" not null,
  sealed    text not null,
  primary key (visit_id, position)
);
call organization.protect('village.visit_photo', 'grid_code');

create table village.visit_correction (
  correction_id bigint generated always as identity primary key,
  visit_id      uuid not null references village.visit,
  person_id     text collate "C" not null,
  entity_id     text not null,
  grid_code     text collate "C" not null,
  before        jsonb not null,
  after         jsonb not null,
  reason        text not null,
  corrected_by  text not null,
  corrected_at  timestamptz not null
);
create index visit_correction_visit on village.visit_correction (visit_id, correction_id);
call organization.protect('village.visit_correction', 'grid_code');
grant select on village.visit_correction to qianmo_app;

-- Evaluated 评议额度, model 模型额度 and investigated 调查额度, each as it was recorded; the newest of a kind counts.
create table village.limit_record (
  record_id    bigint generated always as identity primary key,
  project_id   bigint not null,
  person_id    text collate "C" not null,
  entity_id    text not null,
  grid_code    text collate "C" not null,
  kind         text not null check (kind in ('evaluated', 'model', 'investigated')),
  -- Null: there is none now, and the source says why.
  amount_fen   bigint check (amount_fen >= 0),
  source       jsonb not null,
  recorded_by  text not null,
  recorded_at  timestamptz not null
);
create index limit_record_newest on village.limit_record (project_id, person_id, kind, record_id desc);
call organization.protect('village.limit_record', 'grid_code');
grant select on village.limit_record to qianmo_app;

-- Whose limit is to be worked out again before anybody reads it. What causes it only writes a line here: an evening of answers costs no more for it.
create table village.retake_due (
  project_id bigint not null,
  person_id  text collate "C" not null,
  entity_id  text not null,
  primary key (project_id, person_id)
);
call organization.protect('village.retake_due', null);

-- What the village said, who lives where and which households are in the pool may change in many places; none of them has to think of the limits.
create function village.wait_for_limit() returns trigger language plpgsql as $$
begin
  insert into village.retake_due (project_id, person_id, entity_id)
  select distinct project_id, person_id, entity_id from touched on conflict do nothing;
  return null;
end $$;
create trigger limit_after_answer after insert on village.evaluated
  referencing new table as touched for each statement execute function village.wait_for_limit();
create trigger limit_after_outcome after update on village.evaluated
  referencing new table as touched for each statement execute function village.wait_for_limit();

create function village.wait_for_limit_after_move() returns trigger language plpgsql as $$
begin
  insert into village.retake_due (project_id, person_id, entity_id)
  select distinct m.project_id, m.person_id, m.entity_id
  from touched n join untouched o using (project_id, person_id)
  join village.member m on m.project_id = n.project_id and m.household_id in (n.household_id, o.household_id)
  where (n.household_id, n.part, n.presence) is distinct from (o.household_id, o.part, o.presence)
  on conflict do nothing;
  return null;
end $$;
create trigger limit_after_move after update on village.member
  referencing new table as touched old table as untouched for each statement execute function village.wait_for_limit_after_move();

create function village.wait_for_limit_after_pool() returns trigger language plpgsql as $$
begin
  insert into village.retake_due (project_id, person_id, entity_id)
  select m.project_id, m.person_id, m.entity_id
  from touched n join untouched o using (project_id, household_id) join village.member m using (project_id, household_id)
  where n.state <> o.state and m.part = 'subject'
  on conflict do nothing;
  return null;
end $$;
create trigger limit_after_pool after update on village.household
  referencing new table as touched old table as untouched for each statement execute function village.wait_for_limit_after_pool();

create table village.taken (
  project_id   bigint not null,
  person_id    text collate "C" not null,
  household_id text collate "C" not null,
  entity_id    text not null,
  grid_code    text collate "C" not null,
  rule         text not null,
  -- taken · manual · excluded · rejected
  outcome      text not null,
  taken_fen    bigint,
  -- What no word of anybody's goes beyond: the least of the caps.
  cap_fen      bigint not null check (cap_fen >= 0),
  reasons      text[] not null default '{}',
  -- Every input, and every step with what stood before and after it; the binding one is marked.
  inputs       jsonb not null,
  steps        jsonb not null,
  computed_at  timestamptz not null,
  primary key (project_id, person_id)
);
create index taken_place on village.taken (project_id, grid_code, outcome);
call organization.protect('village.taken', 'grid_code');
grant select on village.taken to qianmo_app;

-- 支行审定: the branch's word, with a remark wherever it differs from what was taken. The newest counts.
create table village.determination (
  determination_id bigint generated always as identity primary key,
  project_id     bigint not null,
  person_id      text collate "C" not null,
  entity_id      text not null,
  grid_code      text collate "C" not null,
  taken_fen      bigint,
  determined_fen bigint not null check (determined_fen >= 0),
  remark         text,
  determined_by  text not null,
  determined_at  timestamptz not null
);
create index determination_newest on village.determination (project_id, person_id, determination_id desc);
call organization.protect('village.determination', 'grid_code');
grant select on village.determination to qianmo_app;
