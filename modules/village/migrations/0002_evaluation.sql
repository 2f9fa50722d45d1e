-- Back-to-back evaluation: who rates whom, what they said, what follows. A reviewer's request has no grid scope at all; it sees its own rows by
-- the policies named own_rows, and nothing else of any table that holds persons, answers, limits or balances.
create table village.reviewer (
  reviewer_id    bigint generated always as identity primary key,
  entity_id      text not null,
  project_id     bigint not null references village.project,
  grid_code      text collate "C" not null check (grid_code ~ '^[0-9]{12}$'),
  -- Of the roll, when known: recusal follows from it.
  person_id      text collate "C",
  name           text not null,
  phone_sealed   text,
  phone_masked   text,
  qualification  text not null,
  is_committee   boolean not null,
  oath_text_hash text,
  oath_at        timestamptz,
  state          text not null default 'registered' check (state in ('registered', 'sworn', 'dismissed')),
  dismissed_for  text,
  -- Given by staff for the reviewer's own phone: once, for a while, with so many wrong ones.
  code_hash      text,
  code_until     timestamptz,
  code_tries     smallint not null default 0,
  registered_by  text not null,
  registered_at  timestamptz not null,
  check ((state = 'registered') = (oath_at is null) or state = 'dismissed')
);
create unique index reviewer_person on village.reviewer (project_id, person_id) where person_id is not null and state <> 'dismissed';
create index reviewer_grid on village.reviewer (project_id, grid_code);
call organization.protect('village.reviewer', 'grid_code');
grant select on village.reviewer to qianmo_app;

create table village.reviewer_session (
  -- sha256 of the token in the cookie.
  token_hash  text primary key,
  csrf_token  text not null,
  entity_id   text not null,
  reviewer_id bigint not null references village.reviewer,
  project_id  bigint not null,
  -- The staff member who handed the device over; null on the reviewer's own phone.
  opened_by   text,
  created_at  timestamptz not null,
  seen_at     timestamptz not null,
  expires_at  timestamptz not null
);
call organization.protect('village.reviewer_session', null);

-- What a person says of a reviewer and a household that no register knows: a private debt, a quarrel, kinship beyond the roll.
create table village.said_recusal (
  reviewer_id  bigint not null references village.reviewer,
  household_id text collate "C" not null,
  entity_id    text not null,
  grid_code    text collate "C" not null,
  why          text not null check (why in ('dispute', 'debtor', 'creditor', 'kin')),
  said_by      text not null,
  said_at      timestamptz not null,
  primary key (reviewer_id, household_id)
);
call organization.protect('village.said_recusal', 'grid_code');
grant select on village.said_recusal to qianmo_app;

-- One round of one group. A failed acceptance opens the next attempt; answers of earlier attempts stay and no longer count.
create table village.group_round (
  project_id bigint not null references village.project,
  round      smallint not null,
  grid_code  text collate "C" not null,
  attempt    smallint not null default 1,
  entity_id  text not null,
  state      text not null default 'rating' check (state in ('rating', 'sampled', 'accepted')),
  due_on     date,
  opened_at  timestamptz not null,
  accepted_at timestamptz,
  primary key (project_id, round, grid_code)
);
call organization.protect('village.group_round', 'grid_code');
grant select on village.group_round to qianmo_app;

create table village.panel (
  project_id  bigint not null references village.project,
  round       smallint not null,
  grid_code   text collate "C" not null,
  reviewer_id bigint not null references village.reviewer,
  entity_id   text not null,
  added_by    text not null,
  added_at    timestamptz not null,
  primary key (project_id, round, grid_code, reviewer_id)
);
create index panel_reviewer on village.panel (reviewer_id);
call organization.protect('village.panel', 'grid_code');
grant select on village.panel to qianmo_app;

-- What a reviewer is asked, with just what a reviewer may see of a person.
create table village.sheet_row (
  project_id   bigint not null,
  round        smallint not null,
  attempt      smallint not null,
  reviewer_id  bigint not null references village.reviewer,
  person_id    text collate "C" not null,
  household_id text collate "C" not null,
  entity_id    text not null,
  grid_code    text collate "C" not null,
  position     integer not null,
  hue          smallint not null,
  name         text not null,
  sex          text,
  birth_year   smallint,
  relation     text,
  -- Why this reviewer does not rate this person: own_household, parent, child, sibling, in_law, spouse, debtor, creditor …
  recusal      text,
  answered_at  timestamptz,
  primary key (project_id, round, attempt, reviewer_id, person_id)
);
create index sheet_row_person on village.sheet_row (project_id, person_id);
call organization.protect('village.sheet_row', 'grid_code');
create policy own_rows on village.sheet_row for select to qianmo_app using (
  entity_id = (select organization.current_entity()) and 'reviewer:' || reviewer_id = (select organization.current_actor()));
grant select on village.sheet_row to qianmo_app;

create table village.evaluation (
  -- Made by the device: the same answer sent again is the same answer.
  evaluation_id uuid primary key,
  project_id    bigint not null,
  round         smallint not null,
  attempt       smallint not null,
  reviewer_id   bigint not null references village.reviewer,
  person_id     text collate "C" not null,
  household_id  text collate "C" not null,
  entity_id     text not null,
  grid_code     text collate "C" not null,
  channel       text not null check (channel in ('app', 'meeting', 'phone', 'paper')),
  -- yes · no · recused (the reviewer says so, whatever the relation graph knows)
  knows         text not null check (knows in ('yes', 'no', 'recused')),
  answers       jsonb,
  suggested_fen bigint check (suggested_fen >= 0),
  kinds         text[] not null default '{}',
  -- How long the person was on the screen.
  seconds       numeric(8, 1),
  content_hash  text not null,
  -- The staff member who keyed it in for a reviewer at a meeting, on the phone or from paper.
  taken_by      text,
  answered_at   timestamptz not null,
  received_at   timestamptz not null,
  unique (project_id, round, attempt, reviewer_id, person_id),
  check ((knows = 'yes') = (answers is not null)),
  check ((knows = 'yes') = (suggested_fen is not null))
);
create index evaluation_person on village.evaluation (project_id, person_id);
create index evaluation_reviewer on village.evaluation (reviewer_id, answered_at);
call organization.protect('village.evaluation', 'grid_code');
create policy own_rows on village.evaluation for select to qianmo_app using (
  entity_id = (select organization.current_entity()) and 'reviewer:' || reviewer_id = (select organization.current_actor()));
grant select on village.evaluation to qianmo_app;

-- What the answers about a person come to, by the project's DMN. Made again whenever an answer or a weight changes.
create table village.evaluated (
  project_id    bigint not null,
  person_id     text collate "C" not null,
  household_id  text collate "C" not null,
  entity_id     text not null,
  grid_code     text collate "C" not null,
  round         smallint not null,
  answers       smallint not null,
  valid         smallint not null,
  evaluated_fen bigint,
  -- (largest - smallest) / mean of the valid suggestions.
  dispersion    numeric(6, 3),
  -- waiting · more_reviewers · third_opinion · manual · excluded · evaluated
  outcome       text not null,
  -- Kind → votes.
  kinds         jsonb not null default '{}',
  -- What the decision read and every step it took, in fen.
  inputs        jsonb not null default '{}',
  steps         jsonb not null default '{}',
  -- Settled by a person with evidence, where the votes call for it.
  settled_as    text check (settled_as in ('cleared', 'excluded')),
  settled_by    text,
  settled_at    timestamptz,
  -- How many votes there were then: more than these ask for another look.
  settled_votes smallint,
  evidence      text,
  computed_at   timestamptz not null,
  primary key (project_id, person_id)
);
create index evaluated_place on village.evaluated (project_id, grid_code, outcome);
call organization.protect('village.evaluated', 'grid_code');
grant select on village.evaluated to qianmo_app;

create table village.reviewer_quality (
  project_id      bigint not null,
  reviewer_id     bigint not null references village.reviewer,
  entity_id       text not null,
  grid_code       text collate "C" not null,
  rows            integer not null,
  valid           integer not null,
  agreement       numeric(5, 3),
  median_seconds  numeric(8, 1),
  identical_share numeric(5, 3),
  maximum_share   numeric(5, 3),
  -- Of the people this reviewer spoke well of, those that went bad later.
  bad_share       numeric(5, 3),
  -- Probability that an answer of this reviewer's is the true one, from everybody's answers together.
  reliability     numeric(5, 3),
  alerts          text[] not null default '{}',
  computed_at     timestamptz not null,
  primary key (project_id, reviewer_id)
);
call organization.protect('village.reviewer_quality', 'grid_code');
grant select on village.reviewer_quality to qianmo_app;

-- A sample of a group that somebody looks at on the spot before its round counts.
create table village.acceptance (
  acceptance_id bigint generated always as identity primary key,
  project_id    bigint not null,
  round         smallint not null,
  grid_code     text collate "C" not null,
  attempt       smallint not null,
  entity_id     text not null,
  -- The draw can be made again from the seed.
  seed          text not null,
  ratio_permille integer not null,
  state         text not null default 'drawn' check (state in ('drawn', 'passed', 'failed')),
  drawn_by      text not null,
  drawn_at      timestamptz not null,
  decided_by    text,
  decided_at    timestamptz,
  remark        text,
  signature_sealed text,
  photo_sealed  text,
  photo_hash    text,
  unique (project_id, round, grid_code, attempt)
);
call organization.protect('village.acceptance', 'grid_code');
grant select (acceptance_id, project_id, round, grid_code, attempt, entity_id, seed, ratio_permille, state, drawn_by, drawn_at, decided_by,
  decided_at, remark, photo_hash) on village.acceptance to qianmo_app;

create table village.acceptance_item (
  acceptance_id bigint not null references village.acceptance,
  person_id     text collate "C" not null,
  entity_id     text not null,
  grid_code     text collate "C" not null,
  is_right      boolean,
  remark        text,
  primary key (acceptance_id, person_id)
);
call organization.protect('village.acceptance_item', 'grid_code');
grant select on village.acceptance_item to qianmo_app;

-- Deliveries are shown to colleagues by a policy of their own.
create policy no_guest on intake.load as restrictive for select to qianmo_app using (not (select organization.is_guest()));
