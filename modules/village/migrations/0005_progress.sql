-- How far each household has come. One row a household and stage, made again from the truth by refreshStages whenever something happened to the
-- household; triggers keep the daily counters of every group in step, so that the two cannot drift apart.
create table village.household_stage (
  project_id   bigint not null,
  household_id text collate "C" not null,
  -- 1 collected … 7 used; 0 excluded from the pool, and for finer counts 31 … 35 answered in that round of evaluation, 45 determined by the branch.
  stage        smallint not null check (stage between 0 and 7 or stage between 31 and 35 or stage = 45),
  entity_id    text not null,
  grid_code    text collate "C" not null,
  -- Whose household it is; empty while nobody has claimed it.
  manager_id   text collate "C" not null default '',
  people       integer not null check (people >= 0),
  amount_fen   bigint not null default 0 check (amount_fen >= 0),
  reached_on   date not null,
  primary key (project_id, household_id, stage)
);
create index household_stage_place on village.household_stage (project_id, grid_code, stage);
call organization.protect('village.household_stage', 'grid_code');
grant select on village.household_stage to qianmo_app;

-- What the rows above say by the day on which they were reached: sums up to a day say how many of today's households had come so far by its end.
-- A household that moves or leaves takes its history along, so that a speed is never the speed of moving households.
create table village.progress_day (
  project_id bigint not null,
  grid_code  text collate "C" not null,
  manager_id text collate "C" not null,
  stage      smallint not null,
  day        date not null,
  entity_id  text not null,
  people     integer not null,
  households integer not null,
  amount_fen bigint not null,
  primary key (project_id, grid_code, manager_id, stage, day)
) with (fillfactor = 80);
create index progress_day_stage on village.progress_day (project_id, stage, grid_code, day);
call organization.protect('village.progress_day', 'grid_code');
grant select on village.progress_day to qianmo_app;

-- Counters of a village are written by one transaction at a time, and villages are taken in their order: two that refresh at once wait, and never
-- for each other.
create function village.hold_villages(project bigint, grids text[]) returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended('village.progress ' || project || ' ' || code, 0))
  from (select distinct left(grid, 12) as code from unnest(grids) as grid order by 1) as held
$$;

create function village.count_stages() returns trigger language plpgsql as $$
begin
  insert into village.progress_day as counter (project_id, grid_code, manager_id, stage, day, entity_id, people, households, amount_fen)
  select project_id, grid_code, manager_id, stage, reached_on, entity_id, sum(people), count(*), sum(amount_fen)
  from added group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5
  on conflict (project_id, grid_code, manager_id, stage, day) do update set
    people = counter.people + excluded.people, households = counter.households + excluded.households,
    amount_fen = counter.amount_fen + excluded.amount_fen;
  return null;
end $$;

-- As an insert that always meets its counter, because what is found by key is found as quickly whatever the planner believes of a day's rows.
create function village.uncount_stages() returns trigger language plpgsql as $$
begin
  insert into village.progress_day as counter (project_id, grid_code, manager_id, stage, day, entity_id, people, households, amount_fen)
  select project_id, grid_code, manager_id, stage, reached_on, entity_id, -sum(people), -count(*), -sum(amount_fen)
  from removed group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5
  on conflict (project_id, grid_code, manager_id, stage, day) do update set
    people = counter.people + excluded.people, households = counter.households + excluded.households,
    amount_fen = counter.amount_fen + excluded.amount_fen;
  return null;
end $$;

create trigger count_added after insert on village.household_stage
  referencing new table as added for each statement execute function village.count_stages();
create trigger count_removed after delete on village.household_stage
  referencing old table as removed for each statement execute function village.uncount_stages();
-- By their names one after the other: first what was, then what is.
create trigger count_changed_1 after update on village.household_stage
  referencing old table as removed for each statement execute function village.uncount_stages();
create trigger count_changed_2 after update on village.household_stage
  referencing new table as added for each statement execute function village.count_stages();

-- A claim or an assignment changes whose counts they are, and nothing of how far a household has come.
create function village.follow_manager() returns trigger language plpgsql as $$
begin
  perform village.hold_villages(project_id, array_agg(grid_code)) from (
    select now_held.project_id, now_held.grid_code from now_held join was_held using (project_id, household_id)
    where now_held.manager_id is distinct from was_held.manager_id) as handed group by project_id order by project_id;
  update village.household_stage stage set manager_id = coalesce(now_held.manager_id, '')
  from now_held join was_held using (project_id, household_id)
  where now_held.manager_id is distinct from was_held.manager_id
    and (stage.project_id, stage.household_id) = (now_held.project_id, now_held.household_id);
  return null;
end $$;
create trigger manager_changed after update on village.household
  referencing old table as was_held new table as now_held for each statement execute function village.follow_manager();

-- Where the committee of each village sits, as the bank's file of villages says: places and nobody's data, of the whole county for every reader, so that
-- whoever sees one village of a map sees where it lies.
create table village.place (
  entity_id    text not null,
  village_code text collate "C" not null check (village_code ~ '^[0-9]{12}$'),
  name         text not null,
  longitude    double precision not null,
  latitude     double precision not null,
  primary key (entity_id, village_code)
);
call organization.protect('village.place', null);
grant select on village.place to qianmo_app;

-- Up to where what happened in servicing has been followed.
create table village.progress_mark (
  entity_id     text primary key,
  event_id      bigint not null,
  business_date date not null
);
call organization.protect('village.progress_mark', null);
