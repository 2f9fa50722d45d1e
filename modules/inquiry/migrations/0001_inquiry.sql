-- What a person has agreed to, what was asked of outside sources on the strength of it, and what they answered.
create schema inquiry;
grant usage on schema inquiry to qianmo_app;

-- The wording that people agreed to, byte for byte, under its hash: a consent stays provable after the file has changed. Configuration; names nobody.
create table inquiry.text (
  text_hash text primary key check (text_hash ~ '^[0-9a-f]{64}$'),
  code      text not null,
  version   integer not null check (version > 0),
  content   text not null
);
grant select on inquiry.text to qianmo_app;

-- One item agreed to: one purpose, one source. Rows are added and withdrawn, never changed otherwise and never removed before `keep_until`.
create table inquiry.consent (
  consent_id      bigint generated always as identity primary key,
  entity_id       text collate "C" not null,
  person_id       text collate "C" not null,
  grid_code       text collate "C" not null,
  purpose         text not null,
  source          text not null,
  text_code       text not null,
  text_version    integer not null,
  text_hash       text not null references inquiry.text,
  -- Given in an act of its own, apart from everything else: what sensitive personal information asks for.
  is_separate     boolean not null,
  channel         text not null,
  -- What shows that the person gave it: numbers of a signature, a session, a recording. Ids only.
  evidence        jsonb not null default '{}',
  given_at        timestamptz not null,
  -- Half-open: at this instant it counts no more. Null: until withdrawn.
  valid_until     timestamptz,
  withdrawn_at    timestamptz,
  withdrawn_via   text,
  -- For sources where a consent answers one question.
  used_at         timestamptz,
  keep_until      date not null,
  check (valid_until is null or valid_until > given_at),
  check (withdrawn_at is null or withdrawn_at >= given_at),
  check ((withdrawn_at is null) = (withdrawn_via is null))
);
create index consent_person on inquiry.consent (entity_id, person_id, source, purpose);
call organization.protect('inquiry.consent', 'grid_code');
grant select on inquiry.consent to qianmo_app;

-- One question, asked or not, with why. The audit trail names it by its id.
create table inquiry.inquiry (
  inquiry_id   bigint generated always as identity primary key,
  entity_id    text collate "C" not null,
  person_id    text collate "C" not null,
  grid_code    text collate "C" not null,
  source       text not null,
  purpose      text not null,
  -- What the question is for: `application A12`.
  subject      text not null,
  asked_by     text not null,
  asked_at     timestamptz not null,
  -- The bank's calendar day: what quotas and the cost book go by.
  asked_on     date not null,
  state        text not null check (state in ('asking', 'answered', 'cached', 'unavailable', 'refused')),
  -- Why refused or unavailable.
  reason       text,
  consent_id   bigint references inquiry.consent,
  -- The number the source knows the question by. A question that may have left keeps it when it is asked again.
  question_no  text,
  attempts     integer not null default 0,
  may_have_left boolean not null default false,
  -- The inquiry whose answer was used again.
  answer_of    bigint references inquiry.inquiry,
  cost_fen     bigint not null default 0 check (cost_fen >= 0),
  took_ms      integer,
  -- An inquiry still `asking` then was cut off by the end of its process.
  give_up_at   timestamptz,
  finished_at  timestamptz,
  keep_until   date not null,
  check ((state = 'asking') = (finished_at is null)),
  check ((state in ('unavailable', 'refused')) = (reason is not null)),
  check (state in ('refused') or consent_id is not null),
  check ((state = 'cached') = (answer_of is not null))
);
-- One at a time of a person and source, whatever server asks.
create unique index inquiry_flight on inquiry.inquiry (entity_id, person_id, source) where state = 'asking';
create index inquiry_person on inquiry.inquiry (entity_id, person_id, inquiry_id desc);
create index inquiry_day on inquiry.inquiry (entity_id, asked_on, source);
call organization.protect('inquiry.inquiry', 'grid_code');
grant select on inquiry.inquiry to qianmo_app;

-- What a source answered: sealed as it came, and as values of the indicator catalogue. Requests may read the values and never the raw text.
create table inquiry.answer (
  inquiry_id  bigint primary key references inquiry.inquiry,
  entity_id   text collate "C" not null,
  person_id   text collate "C" not null,
  grid_code   text collate "C" not null,
  source      text not null,
  -- Sealed for `inquiry.answer.raw`; base64 of the bytes. Null after `raw_keep_until`.
  raw_sealed  text,
  raw_sha256  text not null check (raw_sha256 ~ '^[0-9a-f]{64}$'),
  -- Code → value; null is UNKNOWN. Money is fen in a decimal string.
  values      jsonb not null,
  -- The day the source speaks of, and when we knew.
  as_of       date not null,
  known_at    timestamptz not null,
  valid_until timestamptz not null check (valid_until > known_at),
  keep_until  date not null
);
create index answer_person on inquiry.answer (entity_id, person_id, source, known_at desc);
call organization.protect('inquiry.answer', 'grid_code');
grant select (inquiry_id, entity_id, person_id, grid_code, source, raw_sha256, values, as_of, known_at, valid_until) on inquiry.answer to qianmo_app;

-- Whether a source is asked at all now; shared by all servers, so that a source that is down is left alone by all of them.
create table inquiry.breaker (
  entity_id      text collate "C" not null,
  source         text not null,
  state          text not null check (state in ('closed', 'open', 'half_open')),
  failures       integer not null check (failures >= 0),
  -- First of the failures that are counted.
  failing_since  timestamptz,
  -- Open: from then on one question may try. Half open: when the one that tries is taken for lost.
  until          timestamptz,
  primary key (entity_id, source),
  check ((state = 'closed') = (until is null))
);
call organization.protect('inquiry.breaker', null);
grant select on inquiry.breaker to qianmo_app;
