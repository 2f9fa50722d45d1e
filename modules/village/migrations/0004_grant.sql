-- Batch grants, names made public, objections.
create table village.batch (
  batch_id      bigint generated always as identity primary key,
  project_id    bigint not null references village.project,
  entity_id     text not null,
  -- Everybody of the project under this node.
  grid_code     text collate "C" not null,
  valid_from    date not null,
  valid_to      date not null,
  -- Of the list as it was shown: what is approved is what was seen.
  list_hash     text not null,
  people        integer not null,
  total_fen     bigint not null,
  left_out      integer not null,
  state         text not null default 'preparing' check (state in ('preparing', 'preview', 'proposed', 'granting', 'granted', 'rejected', 'dropped')),
  proposal_id   bigint,
  made_by       text not null,
  made_at       timestamptz not null,
  approved_by   text,
  granted_at    timestamptz
);
call organization.protect('village.batch', 'grid_code');
grant select on village.batch to qianmo_app;

create table village.batch_line (
  batch_id     bigint not null references village.batch,
  person_id    text collate "C" not null,
  project_id   bigint not null,
  household_id text collate "C" not null,
  entity_id    text not null,
  grid_code    text collate "C" not null,
  name         text not null,
  limit_fen    bigint not null,
  rate_ppm     integer,
  -- Null where the last batch had none for this person.
  before_fen   bigint,
  -- waiting · granted · blocked (list or AML on the day) · left_out (at preview) · reversed
  state        text not null,
  reasons      text[] not null default '{}',
  facility_id  bigint,
  notified_at  timestamptz,
  done_at      timestamptz,
  primary key (batch_id, person_id)
);
create index batch_line_person on village.batch_line (project_id, person_id);
create index batch_line_state on village.batch_line (batch_id, state, person_id);
call organization.protect('village.batch_line', 'grid_code');
grant select on village.batch_line to qianmo_app;

-- A granted line taken back: the facility is closed, the line stays and says so.
create table village.line_reversal (
  batch_id    bigint not null,
  person_id   text collate "C" not null,
  entity_id   text not null,
  grid_code   text collate "C" not null,
  facility_id bigint not null,
  limit_fen   bigint not null,
  reason      text not null,
  asked_by    text not null,
  approved_by text not null,
  reversed_at timestamptz not null,
  primary key (batch_id, person_id),
  foreign key (batch_id, person_id) references village.batch_line
);
call organization.protect('village.line_reversal', 'grid_code');
grant select on village.line_reversal to qianmo_app;

-- 公示: names only, never an amount or a reason.
create table village.public_notice (
  notice_id    bigint generated always as identity primary key,
  project_id   bigint not null,
  entity_id    text not null,
  grid_code    text collate "C" not null,
  names        text[] not null,
  -- The same people in the same order, for objections.
  people       text[] collate "C" not null,
  posted_on    date not null,
  until        date not null,
  posted_by    text not null
);
call organization.protect('village.public_notice', 'grid_code');
grant select on village.public_notice to qianmo_app;

create table village.objection (
  objection_id bigint generated always as identity primary key,
  notice_id    bigint not null references village.public_notice,
  project_id   bigint not null,
  person_id    text collate "C" not null,
  entity_id    text not null,
  grid_code    text collate "C" not null,
  text         text not null,
  raised_at    timestamptz not null,
  due_at       timestamptz not null,
  taken_by     text not null,
  outcome      text check (outcome in ('upheld', 'dismissed')),
  answer       text,
  answered_by  text,
  answered_at  timestamptz,
  check ((outcome is null) = (answered_at is null))
);
call organization.protect('village.objection', 'grid_code');
grant select on village.objection to qianmo_app;
