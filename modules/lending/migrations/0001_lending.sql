-- From a scanned code to a signed contract: channels, borrowers' sessions, applications, offers. Amounts are fen, rates millionths a year.
create schema lending;
grant usage on schema lending to qianmo_app;

-- A manager's or product's code. Who scanned it is never known here; who applied through it is in the application.
create table lending.channel (
  channel_id     bigint generated always as identity primary key,
  entity_id      text not null,
  code           text not null unique,
  kind           text not null check (kind in ('manager', 'product', 'programme', 'branch')),
  product        text not null,
  staff_id       text,
  institution_id text,
  grid_code      text collate "C" not null,
  note           text,
  created_at     timestamptz not null,
  created_by     text not null,
  revoked_at     timestamptz,
  revoked_by     text
);
create index channel_staff on lending.channel (entity_id, staff_id);
call organization.protect('lending.channel', 'grid_code');
grant select on lending.channel to qianmo_app;

-- One-time codes by SMS. Not granted to requests at all: only the borrower's door, which runs as the owner, reads and writes these two.
create table lending.phone_code (
  entity_id   text not null,
  -- Keyed hash of the number.
  phone_key   text not null,
  code_hash   text not null,
  use         text not null check (use in ('enter', 'sign')),
  sent_at     timestamptz not null,
  valid_until timestamptz not null,
  tries       integer not null default 0,
  used_at     timestamptz
);
create index on lending.phone_code (entity_id, phone_key, use, sent_at desc);
call organization.protect('lending.phone_code', null);

create table lending.portal_session (
  token_hash     text primary key,
  entity_id      text not null,
  phone_key      text not null,
  phone_sealed   text not null,
  phone_masked   text not null,
  channel_id     bigint not null references lending.channel,
  application_id bigint,
  created_at     timestamptz not null,
  seen_at        timestamptz not null,
  expires_at     timestamptz not null
);
create index on lending.portal_session (expires_at);
call organization.protect('lending.portal_session', null);

create table lending.application (
  application_id  bigint generated always as identity primary key,
  entity_id       text not null,
  channel_id      bigint not null references lending.channel,
  product         text not null,
  -- Versions of the layers from the base down: the terms that this application is about, whatever changes later.
  product_version text not null,
  terms           jsonb not null,
  phone_key       text not null,
  phone_sealed    text not null,
  phone_masked    text not null,
  person_id       text,
  name            text,
  id_no_sealed    text,
  id_no_masked    text,
  grid_code       text collate "C" not null,
  manager_id      text,
  state           text not null,
  -- What the application itself knows: answers by question, results of identity and face by indicator code.
  answers         jsonb not null default '{}',
  facts           jsonb not null default '{}',
  -- Who judged and where, from which the internet-loan flag follows.
  evidence        jsonb not null default '{}',
  case_id         bigint,
  facility_id     text,
  decision_id     uuid,
  outcome         text check (outcome in ('approve', 'refer', 'decline')),
  -- What the borrower is told of a decline, and from when they may apply again.
  declined        jsonb,
  supplement      jsonb,
  created_at      timestamptz not null,
  changed_at      timestamptz not null,
  expires_at      timestamptz not null,
  closed_at       timestamptz,
  reapply_on      date
);
-- One application under way for a phone and a product; a person, once known, has one as well.
create unique index application_phone on lending.application (entity_id, phone_key, product) where closed_at is null;
create unique index application_person on lending.application (entity_id, person_id, product) where closed_at is null and person_id is not null;
create index application_grid on lending.application (grid_code, application_id);
create index application_expiry on lending.application (expires_at) where closed_at is null;
create index application_history on lending.application (entity_id, person_id, closed_at desc) where closed_at is not null;
call organization.protect('lending.application', 'grid_code');
grant select on lending.application to qianmo_app;

create table lending.offer (
  offer_id       bigint generated always as identity primary key,
  entity_id      text not null,
  application_id bigint not null references lending.application,
  grid_code      text collate "C" not null,
  limit_fen      bigint not null check (limit_fen > 0),
  rate_ppm       integer not null check (rate_ppm >= 0),
  -- What is accepted: limit, price, terms and cost, and its hash over all of them.
  content        jsonb not null,
  hash           text not null,
  origin         text not null check (origin in ('machine', 'approval')),
  made_at        timestamptz not null,
  made_by        text not null,
  valid_until    date not null,
  state          text not null default 'open' check (state in ('open', 'accepted', 'lapsed', 'replaced')),
  accepted_at    timestamptz
);
create unique index offer_open on lending.offer (application_id) where state in ('open', 'accepted');
call organization.protect('lending.offer', 'grid_code');
grant select on lending.offer to qianmo_app;

-- Everything that happened to an application, in order, never changed.
create table lending.application_event (
  entity_id      text not null,
  application_id bigint not null references lending.application,
  number         integer not null,
  at             timestamptz not null,
  actor_id       text not null,
  act            text not null,
  state          text not null,
  detail         jsonb,
  grid_code      text collate "C" not null,
  primary key (application_id, number)
);
call organization.protect('lending.application_event', 'grid_code');
grant select on lending.application_event to qianmo_app;

-- Relatives that staff have declared (亲属申报), and staff themselves as persons: who is here keeps out of that person's applications.
create table lending.related_person (
  entity_id text not null,
  staff_id  text not null,
  person_id text not null,
  relation  text not null check (relation in ('self', 'spouse', 'parent', 'child', 'sibling', 'in_law', 'other')),
  primary key (entity_id, staff_id, person_id)
);
create index on lending.related_person (entity_id, person_id);
call organization.protect('lending.related_person', null);

-- What an investigator found, as it was sent to the approvers: once sent it stays, and a return makes the next one.
create table lending.investigation (
  entity_id       text not null,
  application_id  bigint not null references lending.application,
  number          integer not null,
  investigator_id text not null,
  answers         jsonb not null,
  limit_fen       bigint check (limit_fen > 0),
  opinion         text,
  -- WGS-84, with what the phone said of its exactness.
  place           jsonb,
  saved_at        timestamptz not null,
  sent_at         timestamptz,
  grid_code       text collate "C" not null,
  primary key (application_id, number)
);
call organization.protect('lending.investigation', 'grid_code');
grant select on lending.investigation to qianmo_app;

-- One approver's word on what an investigation proposed. Saved while they think, counted when they complete their task.
create table lending.approval (
  entity_id      text not null,
  application_id bigint not null references lending.application,
  task_id        bigint not null,
  approver_id    text not null,
  limit_fen      bigint not null check (limit_fen > 0),
  -- Off the price that the strategy gives, in basis points.
  discount_bp    integer not null default 0 check (discount_bp between 0 and 500),
  reason         text,
  saved_at       timestamptz not null,
  counted_at     timestamptz,
  outcome        text,
  grid_code      text collate "C" not null,
  primary key (application_id, task_id)
);
call organization.protect('lending.approval', 'grid_code');
grant select on lending.approval to qianmo_app;
