-- The page of a county sums what is now and shows how it came about week by week. What is now needs no days, and the course needs no people and no amounts:
-- kept apart, both are read in a tenth of the rows that one table of everything by day had.

-- Where households stand, by group and manager: a branch is found from the group, because who works where may change.
create table village.progress_total (
  project_id bigint not null,
  grid_code  text collate "C" not null,
  manager_id text collate "C" not null,
  stage      smallint not null,
  entity_id  text not null,
  people     integer not null,
  households integer not null,
  amount_fen bigint not null,
  primary key (project_id, grid_code, manager_id, stage)
) with (fillfactor = 70);
call organization.protect('village.progress_total', 'grid_code');
grant select on village.progress_total to qianmo_app;

-- The course of a whole village, for whoever looks at more than a village.
create table village.progress_village (
  project_id   bigint not null,
  village_code text collate "C" not null check (length(village_code) = 12),
  stage        smallint not null,
  day          date not null,
  entity_id    text not null,
  households   integer not null,
  primary key (project_id, village_code, stage, day)
) with (fillfactor = 80);
call organization.protect('village.progress_village', 'village_code');
grant select on village.progress_village to qianmo_app;

insert into village.progress_total (project_id, grid_code, manager_id, stage, entity_id, people, households, amount_fen)
select project_id, grid_code, manager_id, stage, entity_id, sum(people), count(*), sum(amount_fen) from village.household_stage group by 1, 2, 3, 4, 5;

-- The course is shown of what is collected, filed, granted and used.
delete from village.progress_day where stage not in (1, 2, 5, 7) or households = 0;
insert into village.progress_village (project_id, village_code, stage, day, entity_id, households)
select project_id, left(grid_code, 12), stage, day, entity_id, sum(households) from village.progress_day group by 1, 2, 3, 4, 5;
drop index village.progress_day_stage;
alter table village.progress_day drop column people, drop column amount_fen;
create index progress_day_recent on village.progress_day (project_id, stage, day);

-- What became more and less by one statement; a row that was changed takes its old part away and adds its new one.
create type village.stage_change as (
  project_id bigint, grid_code text, manager_id text, stage smallint, day date, entity_id text, people bigint, households bigint, amount_fen bigint);

-- In the order of the keys, under the lock of the village (hold_villages): no counter belongs to more than one village, so that villages never wait
-- for each other, however many answers come in at once.
create function village.keep_counters(changes village.stage_change[]) returns void language sql as $$
  with change as materialized (select * from unnest(changes)),
  total as (
    insert into village.progress_total as counter (project_id, grid_code, manager_id, stage, entity_id, people, households, amount_fen)
    select project_id, grid_code, manager_id, stage, entity_id, sum(people), sum(households), sum(amount_fen) from change
    group by 1, 2, 3, 4, 5 having (sum(people), sum(households), sum(amount_fen)) <> (0, 0, 0) order by 1, 2, 3, 4
    on conflict (project_id, grid_code, manager_id, stage) do update set
      people = counter.people + excluded.people, households = counter.households + excluded.households,
      amount_fen = counter.amount_fen + excluded.amount_fen),
  by_day as (
    insert into village.progress_day as counter (project_id, grid_code, manager_id, stage, day, entity_id, households)
    select project_id, grid_code, manager_id, stage, day, entity_id, sum(households) from change where stage in (1, 2, 5, 7)
    group by 1, 2, 3, 4, 5, 6 having sum(households) <> 0 order by 1, 2, 3, 4, 5
    on conflict (project_id, grid_code, manager_id, stage, day) do update set households = counter.households + excluded.households)
  insert into village.progress_village as counter (project_id, village_code, stage, day, entity_id, households)
  select project_id, left(grid_code, 12), stage, day, entity_id, sum(households) from change where stage in (1, 2, 5, 7)
  group by 1, 2, 3, 4, 5 having sum(households) <> 0 order by 1, 2, 3, 4
  on conflict (project_id, village_code, stage, day) do update set households = counter.households + excluded.households
$$;

drop trigger count_added on village.household_stage;
drop trigger count_removed on village.household_stage;
drop trigger count_changed_1 on village.household_stage;
drop trigger count_changed_2 on village.household_stage;
drop function village.count_stages();
drop function village.uncount_stages();

create function village.count_added() returns trigger language plpgsql as $$
begin
  perform village.keep_counters(array_agg((project_id, grid_code, manager_id, stage, day, entity_id, people, households, amount_fen)::village.stage_change))
  from (select project_id, grid_code, manager_id, stage, reached_on as day, entity_id, sum(people) as people, count(*) as households,
      sum(amount_fen) as amount_fen from added group by 1, 2, 3, 4, 5, 6) as change
  having count(*) > 0;
  return null;
end $$;
create function village.count_removed() returns trigger language plpgsql as $$
begin
  perform village.keep_counters(array_agg((project_id, grid_code, manager_id, stage, day, entity_id, people, households, amount_fen)::village.stage_change))
  from (select project_id, grid_code, manager_id, stage, reached_on as day, entity_id, -sum(people) as people, -count(*) as households,
      -sum(amount_fen) as amount_fen from removed group by 1, 2, 3, 4, 5, 6) as change
  having count(*) > 0;
  return null;
end $$;
create function village.count_changed() returns trigger language plpgsql as $$
begin
  perform village.keep_counters(array_agg((project_id, grid_code, manager_id, stage, day, entity_id, people, households, amount_fen)::village.stage_change))
  from (
    select project_id, grid_code, manager_id, stage, reached_on as day, entity_id, sum(sign * people) as people, sum(sign) as households,
      sum(sign * amount_fen) as amount_fen
    from (select 1 as sign, * from added union all select -1, * from removed) as moved group by 1, 2, 3, 4, 5, 6) as change
  having count(*) > 0;
  return null;
end $$;

create trigger count_added after insert on village.household_stage
  referencing new table as added for each statement execute function village.count_added();
create trigger count_removed after delete on village.household_stage
  referencing old table as removed for each statement execute function village.count_removed();
create trigger count_changed after update on village.household_stage
  referencing old table as removed new table as added for each statement execute function village.count_changed();
