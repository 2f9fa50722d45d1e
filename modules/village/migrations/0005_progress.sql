-- How far each household has come. One row a household and stage (1 collected … 7 used), made again from the truth by refreshStages whenever
-- something happened to the household; triggers keep the daily counters of every group in step, so that the two cannot drift apart.
create table village.household_stage (
  project_id   bigint not null,
  household_id text collate "C" not null,
  stage        smallint not null check (stage between 1 and 7),
  entity_id    text not null,
  grid_code    text collate "C" not null,
  people       integer not null check (people > 0),
  amount_fen   bigint not null default 0 check (amount_fen >= 0),
  reached_on   date not null,
  primary key (project_id, household_id, stage)
);
create index household_stage_place on village.household_stage (project_id, grid_code, stage);
call organization.protect('village.household_stage', 'grid_code');
grant select on village.household_stage to qianmo_app;

-- What changed in a group on a day. Sums up to a day give the state at its end.
create table village.progress_day (
  project_id bigint not null,
  grid_code  text collate "C" not null,
  stage      smallint not null,
  day        date not null,
  entity_id  text not null,
  people     integer not null,
  households integer not null,
  amount_fen bigint not null,
  primary key (project_id, grid_code, stage, day)
);
call organization.protect('village.progress_day', 'grid_code');
grant select on village.progress_day to qianmo_app;
