create schema intake;
grant usage on schema intake to qianmo_app;

-- One run of a load. Counts live with the files, one row per legal entity whose rows a file held, so that entities see their own only.
create table intake.load (
  load_no     bigint generated always as identity primary key,
  directory   text not null,
  kind        text not null check (kind in ('folder', 'reload')),
  entities    text[] not null default '{}',
  as_of       date,
  state       text not null check (state in ('waiting', 'running', 'published', 'unchanged', 'failed', 'interrupted')),
  started_by  text,
  started_at  timestamptz not null,
  finished_at timestamptz,
  progress    jsonb not null,
  message_zh  text,
  message_en  text
);
alter table intake.load enable row level security;
alter table intake.load force row level security;
create policy data_scope on intake.load to qianmo_app using ((select organization.current_entity()) = any (entities));
do $$ begin
  execute format('create policy owner_work on intake.load to %I using (current_setting(''qianmo.owner'', true) = ''on'')', current_user);
end $$;
grant select on intake.load to qianmo_app;

-- A refused file names no rows; it stands under every entity of its load, because it could not be seen whose rows it holds.
create table intake.file (
  load_no     bigint not null references intake.load,
  entity_id   text not null,
  file        text not null,
  source      text,
  file_date   date,
  mode        text,
  state       text not null check (state in ('waiting', 'landing', 'validating', 'ready', 'published', 'unchanged', 'refused')),
  bytes       bigint not null default 0,
  md5         text,
  rows_in     bigint not null default 0,
  published   bigint not null default 0,
  merged      bigint not null default 0,
  quarantined bigint not null default 0,
  refusal     text,
  detail      text,
  primary key (load_no, file, entity_id),
  check (rows_in = published + merged + quarantined)
);
create index file_source on intake.file (entity_id, source, file_date);
call organization.protect('intake.file', null);
grant select on intake.file to qianmo_app;

-- What a publication of an entity held, told per load.
create table intake.result (
  load_no    bigint not null references intake.load,
  entity_id  text not null,
  as_of      date not null,
  persons    integer not null,
  households integer not null,
  relations  integer not null,
  identity   jsonb not null,
  primary key (load_no, entity_id)
);
call organization.protect('intake.result', null);
grant select on intake.result to qianmo_app;

-- The file that stands for a source, day, mode and part. The same file under the same contract is not loaded again.
create table intake.delivery (
  source           text not null,
  file_date        date not null,
  mode             text not null,
  part             text not null,
  file             text not null,
  md5              text not null,
  contract_version integer not null,
  load_no          bigint not null references intake.load,
  primary key (source, file_date, mode, part)
);

-- `raw_line` is personal data. Column `part` with source, date and mode names the delivery the row belongs to.
create table intake.quarantine (
  quarantine_no  bigint generated always as identity primary key,
  entity_id      text not null,
  load_no        bigint not null references intake.load,
  file           text not null,
  source         text not null,
  file_date      date not null,
  mode           text not null,
  part           text not null,
  row_number     bigint not null,
  field          text,
  code           text not null,
  raw_line       text not null,
  state          text not null default 'open' check (state in ('open', 'corrected', 'reloaded', 'superseded')),
  corrected_line text,
  corrected_by   text,
  corrected_at   timestamptz,
  check ((state in ('corrected', 'reloaded')) <= (corrected_line is not null))
);
create index quarantine_load on intake.quarantine (load_no, file, row_number);
create index quarantine_delivery on intake.quarantine (source, file_date, mode, part) where state in ('open', 'corrected');
call organization.protect('intake.quarantine', null);
grant select on intake.quarantine to qianmo_app;
grant update (state, corrected_line, corrected_by, corrected_at) on intake.quarantine to qianmo_app;

-- Pairs that may be one person. Both sides must lie in the reader's scope.
create table intake.candidate (
  candidate_no   bigint generated always as identity primary key,
  entity_id      text not null,
  left_id        text not null,
  right_id       text not null,
  left_grid      text collate "C" not null,
  right_grid     text collate "C" not null,
  left_person    jsonb not null,
  right_person   jsonb not null,
  agreeing       text[] not null,
  differing      text[] not null,
  state          text not null default 'open' check (state in ('open', 'same', 'different')),
  decided_by     text,
  decided_at     timestamptz,
  unique (entity_id, left_id, right_id),
  check (left_id < right_id)
);
create index candidate_queue on intake.candidate (entity_id, state, candidate_no);
call organization.protect('intake.candidate', 'left_grid');
create policy other_side on intake.candidate as restrictive to qianmo_app
  using (right_grid ^@ any ((select organization.current_scopes())::text[]));
grant select on intake.candidate to qianmo_app;
grant update (state, decided_by, decided_at) on intake.candidate to qianmo_app;

-- Every published text of a source contract; the highest version is in force.
create table intake.contract (
  source       text not null,
  version      integer not null check (version >= 1),
  yaml         text not null,
  published_by text,
  published_at timestamptz not null,
  primary key (source, version)
);
grant select on intake.contract to qianmo_app;

-- Up to which publication later readers (lists of the console) have been told.
create table intake.told (
  entity_id   text primary key,
  publication bigint not null
);
