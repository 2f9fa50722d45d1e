-- How work flows: deployed BPMN definitions, the cases that run on them, and what waits for whom. A case's state, its tasks, timers and service calls
-- change in one transaction; work-lists and clocks are plain SQL over the rows.
create schema process;
grant usage on schema process to qianmo_app;

-- What was approved, as it was approved. A case stays on the version it began on.
create table process.version (
  entity_id    text not null,
  process      text not null check (process ~ '^[a-z][a-z0-9_]{1,39}$'),
  version      integer not null check (version > 0),
  title        jsonb not null,
  xml          text not null,
  -- What core/bpmn made of the xml, so that a step parses nothing.
  definition   jsonb not null,
  content_hash text not null,
  state        text not null default 'proposed' check (state in ('proposed', 'published')),
  created_at   timestamptz not null,
  created_by   text not null,
  published_at timestamptz,
  published_by text,
  primary key (entity_id, process, version),
  unique (entity_id, process, content_hash),
  check ((state = 'published') = (published_at is not null))
);
call organization.protect('process.version', null);
grant select on process.version to qianmo_app;

-- The columns from title to note are what lists show of the subject; its owner keeps them up to date.
create table process.case_state (
  case_id        bigint generated always as identity primary key,
  entity_id      text not null,
  process        text not null,
  version        integer not null,
  subject_kind   text not null,
  subject_id     text not null,
  grid_code      text collate "C" not null,
  institution_id text,
  status         text not null default 'open' check (status in ('open', 'suspended', 'stuck', 'ended', 'cancelled')),
  state          jsonb not null,
  title          text not null,
  product        text,
  amount_fen     bigint,
  proposed_fen   bigint,
  note           text,
  -- Relatives of the people concerned and whoever else must keep out.
  recused        text[] not null default '{}',
  -- How many lines its history has.
  acts           integer not null default 0,
  opened_at      timestamptz not null,
  opened_by      text not null,
  suspended_at   timestamptz,
  ended_at       timestamptz,
  outcome        text,
  foreign key (entity_id, process, version) references process.version (entity_id, process, version),
  check ((status in ('ended', 'cancelled')) = (ended_at is not null))
) with (fillfactor = 70);
create unique index case_of_subject on process.case_state (entity_id, subject_kind, subject_id) where status in ('open', 'suspended', 'stuck');
create index case_grid on process.case_state (grid_code, case_id);
create index case_version on process.case_state (entity_id, process, version) where status in ('open', 'suspended', 'stuck');
call organization.protect('process.case_state', 'grid_code');
grant select on process.case_state to qianmo_app;

create table process.task (
  task_id        bigint generated always as identity primary key,
  entity_id      text not null,
  case_id        bigint not null references process.case_state,
  grid_code      text collate "C" not null,
  -- The machine's number of this visit of the step; of one signature among several, beside the number of the whole.
  token          integer not null,
  of_token       integer,
  node           text not null,
  name           text not null,
  role           text not null,
  -- Marketing, investigation, approval, disbursement: one person never holds two of them on a case.
  post           text,
  form           text,
  state          text not null default 'open' check (state in ('open', 'done', 'cancelled')),
  assignee       text,
  -- Who delegated it and gets it back when it is done.
  owner          text,
  -- Why nobody was found, when nobody was.
  unassigned     text,
  created_at     timestamptz not null,
  due_at         timestamptz,
  seconds_allowed double precision,
  -- The working time that is left while the clock stands.
  seconds_left   double precision,
  urged          integer not null default 0,
  escalated_at   timestamptz,
  done_at        timestamptz,
  done_by        text,
  outcome        text,
  check ((state = 'open') = (done_at is null))
) with (fillfactor = 80);
create unique index task_token on process.task (case_id, token) where state = 'open';
create index task_case on process.task (case_id, task_id);
create index task_own on process.task (entity_id, assignee, due_at, task_id) where state = 'open';
create index task_pool on process.task (entity_id, role, due_at, task_id) where state = 'open' and assignee is null;
create index task_due on process.task (due_at) where state = 'open' and escalated_at is null;
create index task_done on process.task (entity_id, done_by, done_at desc) where state = 'done';
call organization.protect('process.task', 'grid_code');
grant select on process.task to qianmo_app;

create table process.timer (
  entity_id text not null,
  case_id   bigint not null references process.case_state,
  token     integer not null,
  node      text not null,
  due_at    timestamptz not null,
  primary key (case_id, token)
);
create index timer_due on process.timer (due_at);
call organization.protect('process.timer', null);

-- What the process asked of a service. The key is the case and the token: however often the job runs, what counts happens once.
create table process.service_call (
  entity_id text not null,
  case_id   bigint not null references process.case_state,
  token     integer not null,
  node      text not null,
  kind      text not null check (kind in ('service', 'decision')),
  service   text not null,
  state     text not null default 'waiting' check (state in ('waiting', 'done', 'failed', 'cancelled')),
  asked_at  timestamptz not null,
  -- Whoever runs it holds it until then; afterwards it is taken up by anybody.
  next_try  timestamptz not null,
  tries     integer not null default 0,
  done_at   timestamptz,
  error     text,
  primary key (case_id, token)
);
create index service_call_waiting on process.service_call (next_try) where state = 'waiting';
call organization.protect('process.service_call', null);

-- Everything that happened to a case, in order, never changed.
create table process.history (
  entity_id text not null,
  case_id   bigint not null references process.case_state,
  number    integer not null,
  at        timestamptz not null,
  actor_id  text not null,
  verb      text not null,
  node      text,
  task_id   bigint,
  reason    text,
  detail    jsonb,
  grid_code text collate "C" not null,
  primary key (case_id, number)
);
call organization.protect('process.history', 'grid_code');
grant select on process.history to qianmo_app;

-- Who is away, and who stands in (代理).
create table process.absence (
  absence_id  bigint generated always as identity primary key,
  entity_id   text not null,
  staff_id    text not null,
  away_from   timestamptz not null,
  away_to     timestamptz not null,
  stand_in_id text,
  created_at  timestamptz not null,
  created_by  text not null,
  check (away_to > away_from),
  check (stand_in_id is distinct from staff_id)
);
create index on process.absence (entity_id, staff_id, away_to);
call organization.protect('process.absence', null);
grant select on process.absence to qianmo_app;

-- What somebody is trained for; a task that asks for a skill goes to them first.
create table process.skill (
  entity_id text not null,
  staff_id  text not null,
  skill     text not null,
  primary key (entity_id, staff_id, skill)
);
call organization.protect('process.skill', null);
grant select on process.skill to qianmo_app;
