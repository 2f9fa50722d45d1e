-- Strategies, what they decided about the whole population, and every single decision made since.
create schema strategy;
grant usage on schema strategy to qianmo_app;

-- Every version ever proposed, as text. `files` is what was approved, byte for byte; what a person is told later is read from it.
create table strategy.version (
  entity_id      text not null,
  name           text not null,
  version        text not null,
  effective_from date not null,
  state          text not null check (state in ('proposed', 'current', 'retired')),
  files          jsonb not null,
  created_at     timestamptz not null,
  created_by     text not null,
  published_at   timestamptz,
  published_by   text,
  primary key (entity_id, name, version),
  check (state = 'proposed' or published_at is not null)
);
create unique index version_current on strategy.version (entity_id, name) where state = 'current';
-- A version number means one content.
create unique index version_number on strategy.version (entity_id, name, split_part(version, '+', 1));
call organization.protect('strategy.version', null);
grant select on strategy.version to qianmo_app;

-- Which screening the tables below hold.
create table strategy.screening (
  entity_id        text not null,
  strategy         text not null,
  strategy_version text not null,
  as_of            date not null,
  people           integer not null,
  screened_at      timestamptz not null,
  primary key (entity_id, strategy)
);
call organization.protect('strategy.screening', null);
grant select on strategy.screening to qianmo_app;

-- One row a screened person. A screening builds a new partition of its legal entity beside the old one and swaps it in (publish.ts);
-- nothing updates these rows in place.
create table strategy.decision_current (
  entity_id    text collate "C" not null,
  strategy     text collate "C" not null,
  person_id    text collate "C" not null,
  household_id text collate "C",
  grid_code    text collate "C" not null,
  segment      text collate "C" not null,
  outcome      text collate "C" not null,
  limit_fen    bigint,
  rate_ppm     integer,
  score        integer,
  reasons      text[] not null
) partition by list (entity_id);
create unique index decision_current_person on strategy.decision_current (entity_id, person_id, strategy);
create index decision_current_grid on strategy.decision_current (grid_code, person_id);
create index decision_current_limit on strategy.decision_current (limit_fen, person_id);
create index decision_current_rate on strategy.decision_current (rate_ppm, person_id);
create index decision_current_score on strategy.decision_current (score, person_id);
create index decision_current_reason on strategy.decision_current using gin (reasons);
call organization.protect('strategy.decision_current', 'grid_code');
grant select on strategy.decision_current to qianmo_app;

-- Counts of the same rows for the nodes too large to count while somebody waits: the county, its townships and the branch pool.
-- Bands are numbered from 0; null = no limit, no rate. See contract.ts for their width.
create table strategy.decision_count (
  entity_id  text collate "C" not null,
  strategy   text collate "C" not null,
  grid_code  text collate "C" not null,
  outcome    text not null,
  segment    text not null,
  limit_band integer,
  rate_band  integer,
  people     integer not null,
  limit_fen  bigint not null
);
create index decision_count_node on strategy.decision_count (entity_id, strategy, grid_code);
call organization.protect('strategy.decision_count', 'grid_code');
grant select on strategy.decision_count to qianmo_app;

create table strategy.reason_count (
  entity_id text collate "C" not null,
  strategy  text collate "C" not null,
  grid_code text collate "C" not null,
  outcome   text not null,
  segment   text not null,
  code      text not null,
  people    integer not null
);
create index reason_count_node on strategy.reason_count (entity_id, strategy, grid_code);
call organization.protect('strategy.reason_count', 'grid_code');
grant select on strategy.reason_count to qianmo_app;

-- Mean score and mean points a characteristic, over the screened people of a score card: what one person's points are held against.
create table strategy.score_mean (
  entity_id      text not null,
  strategy       text not null,
  card           text not null,
  characteristic text not null,              -- '' = the score itself
  mean           double precision not null,
  people         integer not null,
  primary key (entity_id, strategy, card, characteristic)
);
call organization.protect('strategy.score_mean', null);
grant select on strategy.score_mean to qianmo_app;

-- Every decision made for one person, with all that is needed to make it again. Rows are only ever added.
create table strategy.decision (
  decision_id      uuid primary key,
  entity_id        text not null,
  person_id        text not null,
  grid_code        text collate "C" not null,
  strategy         text not null,
  strategy_version text not null,
  stage            text not null check (stage in ('screen', 'apply')),
  as_of            date not null,
  is_what_if       boolean not null,
  decided_at       timestamptz not null,
  actor_id         text not null,
  inputs           jsonb not null,
  result           jsonb not null,
  -- SHA-256 over the values of every decision of the model: equal hashes mean equal reasoning, not only an equal result.
  trace_hash       text not null,
  foreign key (entity_id, strategy, strategy_version) references strategy.version (entity_id, name, version)
);
create index decision_person on strategy.decision (entity_id, person_id, decided_at);
create index decision_day on strategy.decision (entity_id, decided_at);
call organization.protect('strategy.decision', 'grid_code');
grant select, insert on strategy.decision to qianmo_app;
