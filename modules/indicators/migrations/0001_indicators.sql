-- Runs of the catalogue, what they show in sum, and the values of the newest run for reading by person.
create schema indicators;
grant usage on schema indicators to qianmo_app;

-- One row a legal entity and day; computing a day again replaces its row.
create table indicators.run (
  entity_id      text collate "C" not null,
  as_of          date not null,
  finished_at    timestamptz not null,
  persons        integer not null,
  seconds        double precision not null,
  catalogue_hash text not null,
  codes          text[] not null,
  primary key (entity_id, as_of)
);
call organization.protect('indicators.run', null);
grant select on indicators.run to qianmo_app;

-- What a run shows of one indicator over the whole entity: counts and quantiles only, nothing of a person. `shape`: see statistic.ts.
create table indicators.statistic (
  entity_id      text collate "C" not null,
  as_of          date not null,
  code           text not null,
  known          integer not null,
  distinct_count integer not null,
  middle         double precision,
  drift_psi      double precision,
  shape          jsonb not null,
  primary key (entity_id, as_of, code),
  foreign key (entity_id, as_of) references indicators.run on delete cascade
);
call organization.protect('indicators.statistic', null);
grant select on indicators.statistic to qianmo_app;

-- Which run the two tables below hold, and the order of the values in a line.
create table indicators.online (
  entity_id text collate "C" primary key,
  as_of     date not null,
  codes     text[] not null
);
call organization.protect('indicators.online', null);
grant select on indicators.online to qianmo_app;

-- One row a person: all values in one text (line.ts), which a page reads by key in one step. A run builds a new partition of its legal
-- entity beside the old one and swaps it in (publish.ts); nothing updates these rows in place.
create table indicators.person (
  entity_id text collate "C" not null,
  person_id text collate "C" not null,
  grid_code text collate "C" not null,
  line      text collate "C" not null,
  tags      text[] not null
) partition by list (entity_id);
create unique index person_key on indicators.person (entity_id, person_id);
call organization.protect('indicators.person', 'grid_code');
grant select on indicators.person to qianmo_app;

-- How many persons of a group (or of the branch pool) carry a tag; larger nodes are sums over their prefix.
create table indicators.tag_count (
  entity_id text collate "C" not null,
  grid_code text collate "C" not null,
  tag       text not null,
  people    integer not null,
  primary key (entity_id, grid_code, tag)
);
call organization.protect('indicators.tag_count', 'grid_code');
grant select on indicators.tag_count to qianmo_app;
