-- What the console's lists and pages read. Everything here is derived from the published population, the lake and the decisions, is replaced
-- as a whole for one legal entity (details.ts, refresh.ts), and may be dropped and derived again.

-- One row a person as lists show, filter and sort it. No plain personal number is in it.
create table population.roster (
  entity_id     text collate "C" not null,
  person_id     text collate "C" not null,
  household_id  text collate "C",
  grid_code     text collate "C" not null,
  place_key     text collate "C" not null,         -- grid code, household number, member number: the order of the roll, and a prefix for every node above
  name          text collate "C" not null,
  sex           text collate "C",
  birth_date    date,
  relation      text collate "C",
  trade         text collate "C",
  id_masked     text,
  id_tail       text collate "C",                  -- last four of the resident ID, as managers look people up
  phone_masked  text,
  deposit_fen   bigint,
  loan_fen      bigint,
  segment       text collate "C",
  outcome       text collate "C",
  limit_fen     bigint,
  rate_ppm      integer,
  score         integer,
  reasons       text                               -- ordered codes, comma between
) partition by list (entity_id);
create unique index roster_key on population.roster (entity_id, person_id);
create index roster_place on population.roster (entity_id, place_key, person_id);
create index roster_name on population.roster (entity_id, name, person_id);
create index roster_tail on population.roster (entity_id, id_tail, person_id) where id_tail is not null;
-- Narrow filters by kind are counted on this index instead of reading every row.
create index roster_kind on population.roster (entity_id, trade, segment, outcome);
create index roster_birth on population.roster (entity_id, birth_date, person_id);
create index roster_limit on population.roster (entity_id, limit_fen, person_id) where limit_fen is not null;
create index roster_score on population.roster (entity_id, score, person_id) where score is not null;
create index roster_deposit on population.roster (entity_id, deposit_fen, person_id) where deposit_fen is not null;
create index roster_loan on population.roster (entity_id, loan_fen, person_id) where loan_fen is not null;

create table population.household_roster (
  entity_id      text collate "C" not null,
  household_id   text collate "C" not null,
  grid_code      text collate "C" not null,
  place_key      text collate "C" not null,
  household_no   text collate "C" not null,
  head_person_id text collate "C",
  head_name      text collate "C",
  head_sex       text,
  head_birth     date,
  members        integer not null,
  adults         integer not null,
  deposit_fen    bigint,
  loan_fen       bigint,
  guarantee_fen  bigint,
  exposure_fen   bigint,
  approved       integer,                          -- members by outcome; null = nobody was screened
  referred       integer,
  declined       integer,
  limit_fen      bigint,
  filed          boolean not null
) partition by list (entity_id);
create unique index household_roster_key on population.household_roster (entity_id, household_id);
create index household_roster_place on population.household_roster (entity_id, place_key, household_id);
create index household_roster_head on population.household_roster (entity_id, head_name, household_id);
create index household_roster_members on population.household_roster (entity_id, members, household_id);
create index household_roster_exposure on population.household_roster (entity_id, exposure_fen, household_id);
create index household_roster_limit on population.household_roster (entity_id, limit_fen, household_id);

-- One document a person, read by key when a page opens (shape: detail.ts). Text, not jsonb: it is read whole and never queried inside.
create table population.person_detail (
  entity_id text collate "C" not null,
  person_id text collate "C" not null,
  grid_code text collate "C" not null,
  document  text not null
) partition by list (entity_id);
create unique index person_detail_key on population.person_detail (entity_id, person_id);

-- Level figures of every grid node, summed once. Null = unknown; the reason follows from `reading`.
create table population.grid_figure (
  entity_id       text collate "C" not null,
  grid_code       text collate "C" not null,
  people          integer not null,
  households      integer not null,
  adults          integer not null,
  deposit_fen     bigint,
  loan_fen        bigint,
  ebank_users     integer,
  qr_merchants    integer,
  social_security integer,
  approved        integer,
  referred        integer,
  declined        integer,
  limit_fen       bigint,
  filed           integer not null,
  covered         integer,
  used            integer
) partition by list (entity_id);
create unique index grid_figure_key on population.grid_figure (entity_id, grid_code);

-- Which state the lists show: the day of each source behind a figure (absent = the source was never delivered) and of the decisions.
create table population.reading (
  entity_id        text collate "C" primary key,
  as_of            date not null,
  source_days      jsonb not null,
  strategy         text,
  strategy_version text,
  decisions_as_of  date,
  refreshed_at     timestamptz not null
);

-- Plain values that were shown, counted to slow down whoever collects them. The reason stands in the audit trail.
create table population.reveal (
  entity_id   text not null,
  actor_id    text not null,
  person_id   text not null,
  field       text not null,
  revealed_at timestamptz not null default now()
);
create index on population.reveal (entity_id, actor_id, revealed_at);
call organization.protect('population.reveal', null);
grant select, insert on population.reveal to qianmo_app;

call organization.protect('population.roster', 'grid_code');
call organization.protect('population.household_roster', 'grid_code');
call organization.protect('population.person_detail', 'grid_code');
call organization.protect('population.grid_figure', 'grid_code');
call organization.protect('population.reading', null);

grant select on population.roster, population.household_roster, population.person_detail, population.grid_figure, population.reading to qianmo_app;
