-- Whole-village credit: projects and their pool of households. Amounts are fen, days are business dates, grid codes as in population.grid_node.
create schema village;
grant usage on schema village to qianmo_app;

-- What a bank's folder said when a project was opened: forms, dictionaries and DMN texts under their hash, so that every answer can be worked out again.
create table village.configuration (
  entity_id    text not null,
  hash         text not null,
  -- Not jsonb: questions keep the order in which the form has them.
  content      json not null,
  installed_at timestamptz not null,
  primary key (entity_id, hash)
);
call organization.protect('village.configuration', null);
grant select on village.configuration to qianmo_app;

create table village.project (
  project_id     bigint generated always as identity primary key,
  entity_id      text not null,
  name           text not null,
  -- 批次: unique among an entity's projects, as people say it.
  batch_no       text not null,
  product        text not null,
  configuration  text not null,
  starts_on      date not null,
  ends_on        date not null,
  rounds         smallint not null check (rounds between 1 and 5),
  -- How many rate a group in a round.
  reviewers      smallint not null default 3 check (reviewers between 2 and 9),
  -- 评议加权: answers of reviewers who are not to be relied on count less.
  weighs_reviewers boolean not null default false,
  -- Per mille of households, by stage: {"filed": 900, "granted": 800, "used": 500}.
  targets        jsonb not null,
  take_rule      text not null,
  state          text not null default 'draft' check (state in ('draft', 'open', 'closed')),
  made_by        text not null,
  made_at        timestamptz not null,
  opened_at      timestamptz,
  closed_at      timestamptz,
  unique (entity_id, batch_no),
  foreign key (entity_id, configuration) references village.configuration (entity_id, hash),
  check (ends_on > starts_on),
  check ((state = 'draft') = (opened_at is null))
);
call organization.protect('village.project', null);
grant select on village.project to qianmo_app;

-- The villages or groups of a project. A group belongs to one open project at a time.
create table village.area (
  project_id bigint not null references village.project,
  entity_id  text not null,
  grid_code  text collate "C" not null check (grid_code ~ '^[0-9]{12}([0-9]{2})?$'),
  -- When its households came into the pool: a filling that was cut off goes on with the others.
  filled_at  timestamptz,
  primary key (project_id, grid_code)
);
create index area_grid on village.area (entity_id, grid_code);
call organization.protect('village.area', 'grid_code');
-- Whoever looks after a group sees that its village takes part.
create policy way_down on village.area for select to qianmo_app using (
  entity_id = (select organization.current_entity())
  and exists (select 1 from unnest((select organization.current_scopes())::text[]) as scope where scope ^@ grid_code));
grant select on village.area to qianmo_app;

create table village.group_head (
  project_id   bigint not null references village.project,
  entity_id    text not null,
  grid_code    text collate "C" not null,
  person_id    text,
  name         text not null,
  phone_sealed text,
  phone_masked text,
  set_by       text not null,
  set_at       timestamptz not null,
  primary key (project_id, grid_code)
);
call organization.protect('village.group_head', 'grid_code');
grant select on village.group_head to qianmo_app;

create table village.household (
  project_id      bigint not null references village.project,
  -- As in population; a household that was found or split off has 'F' and fifteen hexadecimal digits.
  household_id    text collate "C" not null,
  entity_id       text not null,
  grid_code       text collate "C" not null,
  household_no    text collate "C",
  head_person_id  text collate "C",
  head_name       text,
  address         text,
  members         smallint not null,
  -- Which of the eight household colours, the same on every screen.
  hue             smallint not null check (hue between 0 and 7),
  is_filed        boolean not null,
  origin          text not null check (origin in ('roll', 'found', 'split')),
  origin_id       text collate "C",
  shade           text not null check (shade in ('white', 'grey', 'black')),
  shade_reasons   text[] not null default '{}',
  state           text not null default 'in_pool' check (state in ('in_pool', 'excluded', 'merged')),
  excluded_reason text,
  merged_into     text collate "C",
  manager_id      text,
  revision        integer not null default 1,
  changed_at      timestamptz not null,
  primary key (project_id, household_id),
  check ((state = 'excluded') = (excluded_reason is not null)),
  check ((state = 'merged') = (merged_into is not null))
);
create index household_place on village.household (project_id, grid_code, household_id);
create index household_manager on village.household (project_id, manager_id, household_id) where manager_id is not null;
call organization.protect('village.household', 'grid_code');
grant select on village.household to qianmo_app;

create table village.member (
  project_id   bigint not null references village.project,
  person_id    text collate "C" not null,
  household_id text collate "C" not null,
  entity_id    text not null,
  grid_code    text collate "C" not null,
  name         text not null,
  sex          text,
  birth_date   date,
  relation     text,
  id_masked    text,
  trade        text,
  -- On the roll, or as they came.
  position     smallint not null default 1,
  -- What the pre-filter saw in this person; null: nothing.
  shade_reason text,
  -- subject 授信对象: one a household · rated: is evaluated too · listed: shown only.
  part         text not null check (part in ('subject', 'rated', 'listed')),
  presence     text not null default 'present' check (presence in ('present', 'moved', 'deceased')),
  primary key (project_id, person_id),
  foreign key (project_id, household_id) references village.household
);
create index member_household on village.member (project_id, household_id, position);
create unique index member_subject on village.member (project_id, household_id) where part = 'subject';
call organization.protect('village.member', 'grid_code');
grant select on village.member to qianmo_app;

-- Who did what to a household of the pool: the history that moves, splits and merges leave.
create table village.pool_event (
  event_id     bigint generated always as identity primary key,
  project_id   bigint not null references village.project,
  household_id text collate "C" not null,
  entity_id    text not null,
  grid_code    text collate "C" not null,
  act          text not null,
  detail       jsonb not null,
  done_by      text not null,
  done_at      timestamptz not null
);
create index pool_event_household on village.pool_event (project_id, household_id, event_id);
call organization.protect('village.pool_event', 'grid_code');
grant select on village.pool_event to qianmo_app;
