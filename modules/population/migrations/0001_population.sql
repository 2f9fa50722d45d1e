-- The published population. Every table is replaced as a whole for one legal entity: a load fills a new partition beside the old one and
-- swaps it in (publish.ts). Nothing updates these rows in place; the lake's resolved/*.parquet holds the same rows.
-- The application role reads through the parents only, so their row-level security always applies.
create schema population;

-- One row a person. `id_no` and `phone` are personal numbers: screens use the masked twins, revealing needs a reason (see README).
-- An exact search by resident ID computes the person_id (keyed hash) and uses the unique index; merged persons are found through `alias`.
create table population.person (
  entity_id     text collate "C" not null,
  person_id     text collate "C" not null,
  household_id  text collate "C",
  grid_code     text collate "C" not null,        -- 14 digits for people on a roll; <county>000000 for the branch pool
  name          text collate "C" not null,
  id_no         text collate "C",
  id_no_masked  text,
  phone         text collate "C",
  phone_masked  text,
  sex           text,                              -- M | F
  birth_date    date,
  relation      text,                              -- to the head of the household, values of the roll contract
  member_no     integer,
  is_head       boolean not null,
  address       text,
  education     text,
  trade         text,
  occupation    text,
  reside_type   text,
  health        text,
  hukou_local   boolean,
  marital       text,
  deceased      boolean,
  customer_no   text[] not null default '{}',
  sources       text[] not null default '{}',      -- sources that know this person, highest priority first
  provenance    jsonb not null default '{}',       -- field → source it was taken from
  as_of         date not null
) partition by list (entity_id);
create unique index person_key on population.person (entity_id, person_id);
create index person_place on population.person (entity_id, grid_code, household_id, member_no, person_id);
create index person_name on population.person (entity_id, name, person_id);
create index person_phone on population.person (entity_id, phone);
create index person_household on population.person (entity_id, household_id);

-- One row a household, in its one home grid. Money columns are fen; null = nothing known, never 0.
create table population.household (
  entity_id       text collate "C" not null,
  household_id    text collate "C" not null,
  grid_code       text collate "C" not null,
  village_code    text collate "C" not null,
  group_no        text,
  household_no    text collate "C" not null,
  head_person_id  text collate "C",
  head_name       text,
  address         text,
  people          integer not null,
  adults          integer not null,               -- 18 years and over at as_of
  customers       integer not null,
  deposit_fen     bigint,
  loan_fen        bigint,                          -- balances of active due bills of all members
  guarantee_fen   bigint,                          -- active guarantees given by members
  income_net_fen  bigint,
  total_asset_fen bigint,
  total_debt_fen  bigint,
  as_of           date not null
) partition by list (entity_id);
create unique index household_key on population.household (entity_id, household_id);
create index household_place on population.household (entity_id, grid_code, household_id);

-- Directed: a relation between two persons is stored once from each side, so that one side's grid decides who may see its row.
create table population.relation (
  entity_id       text collate "C" not null,
  person_id       text collate "C" not null,
  grid_code       text collate "C" not null,       -- of person_id
  kind            text not null,                   -- family | guarantor_of | guaranteed_by | owner | legal_representative | shareholder | employer | shared_phone | shared_address
  detail          text,                            -- family: role of the other side; guarantee: due bill; share: percent
  other_person_id text collate "C",                -- when the other side is a person
  other_ref       text,                            -- USCC of an enterprise
  other_name      text,                            -- of an enterprise or employer; names of persons are read from person, under its own policy
  source          text not null,
  as_of           date not null
) partition by list (entity_id);
create index relation_person on population.relation (entity_id, person_id);
create index relation_ref on population.relation (entity_id, other_ref);

create table population.customer (
  entity_id    text collate "C" not null,
  customer_no  text collate "C" not null,
  person_id    text collate "C" not null,
  grid_code    text collate "C" not null
) partition by list (entity_id);
create unique index customer_key on population.customer (entity_id, customer_no);

-- A person_id that was merged into another one; chains are already followed.
create table population.alias (
  entity_id           text collate "C" not null,
  person_id           text collate "C" not null,
  canonical_person_id text collate "C" not null,
  grid_code           text collate "C" not null
) partition by list (entity_id);
create unique index alias_key on population.alias (entity_id, person_id);

-- The grid as the rolls describe it, with counts taken at publication. Levels: county 6, township 9, village 12, group 14 digits;
-- the branch pool is the node <county>000000 with level 'pool'.
create table population.grid_node (
  entity_id   text collate "C" not null,
  grid_code   text collate "C" not null,
  parent_code text collate "C",
  level       text not null,
  name        text not null,                       -- the code itself where no source gives a name
  people      integer not null,
  adults      integer not null,
  households  integer not null,
  customers   integer not null,
  as_of       date not null
) partition by list (entity_id);
create unique index grid_node_key on population.grid_node (entity_id, grid_code);
create index grid_node_parent on population.grid_node (entity_id, parent_code, grid_code);

-- Which publication the tables hold. `manifest` is the lake manifest of the same publication, so a kill between the commit and the
-- renaming of the manifest file is repaired by writing it again from here.
create table population.publication (
  entity_id    text collate "C" primary key,
  publication  bigint not null,
  as_of        date not null,
  persons      integer not null,
  households   integer not null,
  relations    integer not null,
  manifest     text not null,
  published_at timestamptz not null
);

call organization.protect('population.person', 'grid_code');
call organization.protect('population.household', 'grid_code');
call organization.protect('population.relation', 'grid_code');
call organization.protect('population.customer', 'grid_code');
call organization.protect('population.alias', 'grid_code');
call organization.protect('population.publication', null);

-- Nodes above a scope carry names and counts only, and are needed to find the way down.
call organization.protect('population.grid_node', 'grid_code');
create policy way_down on population.grid_node for select to qianmo_app using (
  entity_id = (select organization.current_entity())
  and exists (select 1 from unnest((select organization.current_scopes())::text[]) as scope where scope ^@ grid_code));

grant usage on schema population to qianmo_app;
grant select on population.person, population.household, population.relation, population.customer, population.alias,
  population.grid_node to qianmo_app;
grant select (entity_id, publication, as_of, persons, households, relations, published_at) on population.publication to qianmo_app;
