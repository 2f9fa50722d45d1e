-- Applications that wait for a source that did not answer: asked again by the machine, within bounds, while a person may decide them at any time.
create table lending.held (
  application_id bigint primary key references lending.application,
  entity_id      text not null,
  grid_code      text collate "C" not null,
  -- Still without an answer, and those that have answered since.
  sources        text[] not null,
  answered       text[] not null default '{}',
  state          text not null default 'waiting' check (state in ('waiting', 'answered', 'left')),
  -- Why the last try brought nothing; of one that is left to people, why nothing is asked any more.
  reason         text,
  since          timestamptz not null,
  tries          integer not null default 0,
  asked_at       timestamptz,
  next_try       timestamptz not null,
  gives_up_at    timestamptz not null,
  -- A source was seen shut since the last try: once all are open it is asked at once.
  is_shut        boolean not null default false,
  ended_at       timestamptz,
  check ((state = 'waiting') = (ended_at is null))
);
create index held_waiting on lending.held (next_try) where state = 'waiting';
call organization.protect('lending.held', 'grid_code');
grant select on lending.held to qianmo_app;
