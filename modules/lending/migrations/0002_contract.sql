-- The papers of an accepted offer, their signatures, and what is drawn on the signed contract. Amounts are fen.

create table lending.contract (
  contract_id      bigint generated always as identity primary key,
  entity_id        text not null,
  application_id   bigint not null unique references lending.application,
  grid_code        text collate "C" not null,
  -- What the newest papers were made of: another offer or another text makes them anew.
  offer_hash       text not null,
  templates        text not null,
  revision         integer not null,
  needs_spouse     boolean not null,
  needs_recording  boolean not null,
  -- Name, number and phone of the second signer.
  spouse_sealed    text,
  spouse_masked    text,
  recording_id     text,
  state            text not null default 'open' check (state in ('open', 'signing', 'signed')),
  is_internet_loan boolean,
  -- What proves the signing, as one JSON: sealed, with the hash of what was sealed.
  evidence_sealed  text,
  evidence_hash    text,
  made_at          timestamptz not null,
  signed_at        timestamptz,
  check ((state = 'signed') = (signed_at is not null)),
  check ((state = 'signed') = (evidence_hash is not null))
);
call organization.protect('lending.contract', 'grid_code');

-- A paper as it was shown, and as it was signed. A new revision leaves the earlier ones as they were.
create table lending.paper (
  entity_id       text not null,
  contract_id     bigint not null references lending.contract,
  revision        integer not null,
  name            text not null check (name in ('contract', 'disclosure', 'spouse')),
  grid_code       text collate "C" not null,
  hash            text not null,
  pages           integer not null,
  reading_seconds integer not null,
  content_sealed  text not null,
  made_at         timestamptz not null,
  opened_at       timestamptz,
  confirmed_at    timestamptz,
  signed_sealed   text,
  signed_hash     text,
  -- Fields signed so far, in their order.
  signed_by       text[] not null default '{}',
  primary key (contract_id, revision, name),
  check (confirmed_at is null or opened_at is not null)
);
call organization.protect('lending.paper', 'grid_code');

-- Who signs, with how they showed that they want to: written before the first request leaves, so that every later one is the same request.
create table lending.signer (
  entity_id   text not null,
  contract_id bigint not null references lending.contract,
  revision    integer not null,
  field       text not null check (field in ('borrower', 'spouse', 'bank')),
  grid_code   text collate "C" not null,
  intent      jsonb not null,
  -- Of the code by SMS: the same code goes on with what it began.
  code_hash   text,
  intended_at timestamptz not null,
  -- As the authority gave it.
  certificate jsonb,
  primary key (contract_id, revision, field)
);
call organization.protect('lending.signer', 'grid_code');

-- What proves one signature. The service's report names the signer: sealed.
create table lending.signature (
  entity_id       text not null,
  contract_id     bigint not null references lending.contract,
  revision        integer not null,
  paper           text not null,
  field           text not null check (field in ('borrower', 'spouse', 'bank')),
  grid_code       text collate "C" not null,
  evidence_sealed text not null,
  primary key (contract_id, revision, paper, field)
);
call organization.protect('lending.signature', 'grid_code');

-- Recordings of interviews and signings (双录), registered by whoever made them. The recording itself lies where it was made.
create table lending.recording (
  entity_id      text not null,
  application_id bigint not null references lending.application,
  recording_id   text not null,
  grid_code      text collate "C" not null,
  -- SHA-256 of the file.
  hash           text not null,
  staff_id       text not null,
  noted_at       timestamptz not null,
  primary key (application_id, recording_id)
);
call organization.protect('lending.recording', 'grid_code');

-- Accounts that borrowers have given for their draws; the number is sealed.
create table lending.account (
  account_id     bigint generated always as identity primary key,
  entity_id      text not null,
  person_id      text not null,
  account_key    text not null,
  account_sealed text not null,
  account_masked text not null,
  given_at       timestamptz not null,
  unique (entity_id, person_id, account_key)
);
call organization.protect('lending.account', null);

-- What was asked for on a signed contract, beside the drawdown that servicing makes of it.
create table lending.draw (
  draw_id        bigint generated always as identity primary key,
  entity_id      text not null,
  application_id bigint not null references lending.application,
  contract_id    bigint not null references lending.contract,
  person_id      text not null,
  grid_code      text collate "C" not null,
  key            text not null,
  input_hash     text not null,
  amount_fen     bigint not null check (amount_fen > 0),
  purpose        text not null,
  said           text,
  account_sealed text not null,
  -- The seller, where the money goes to one: name and number sealed, the number's keyed hash for adding up.
  payee_sealed   text,
  payee_key      text,
  decision_id    text not null,
  state          text not null default 'asked' check (state in ('asked', 'requested', 'refused')),
  drawdown_id    text,
  asked_on       date not null,
  asked_at       timestamptz not null,
  unique (application_id, key),
  check ((state = 'requested') = (drawdown_id is not null))
);
create index draw_of_person on lending.draw (entity_id, person_id, asked_on);
call organization.protect('lending.draw', 'grid_code');

-- Money that a borrower pays before its day: taken from their account first, booked after, each once under the same key.
create table lending.repayment (
  repayment_id   bigint generated always as identity primary key,
  entity_id      text not null,
  application_id bigint not null references lending.application,
  grid_code      text collate "C" not null,
  loan_id        text not null,
  key            text not null,
  amount_fen     bigint not null check (amount_fen > 0),
  prepayment     text not null check (prepayment in ('shorten', 'lower')),
  state          text not null default 'asked' check (state in ('asked', 'taken', 'booked', 'refused')),
  asked_at       timestamptz not null,
  unique (application_id, key)
);
create index repayment_open on lending.repayment (entity_id, repayment_id) where state in ('asked', 'taken');
call organization.protect('lending.repayment', 'grid_code');
