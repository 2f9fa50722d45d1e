create schema change;
grant usage on schema change to qianmo_app;

create sequence change.proposal_number;
grant usage on sequence change.proposal_number to qianmo_app;

create table change.proposal (
  proposal_id text primary key default 'C' || nextval('change.proposal_number'),
  entity_id text not null,
  kind text not null,
  subject text not null,
  before jsonb,
  after jsonb not null,
  reason text not null,
  maker_id text not null,
  proposed_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null default 'proposed' check (state in ('proposed', 'applied', 'rejected', 'withdrawn', 'expired')),
  decider_id text,
  decided_at timestamptz,
  decision_reason text,
  -- Nobody is both people, whatever the code above says.
  check (state not in ('applied', 'rejected') or decider_id <> maker_id),
  check ((state = 'proposed') = (decided_at is null))
);
-- One open proposal for a subject: two people cannot both wait to change the same thing.
create unique index one_open_proposal on change.proposal (entity_id, kind, subject) where state = 'proposed';
create index on change.proposal (entity_id, state, proposed_at desc);
call organization.protect('change.proposal', null);
-- Deciding is the owner's: requests may read and propose.
grant select on change.proposal to qianmo_app;
grant insert (entity_id, kind, subject, before, after, reason, maker_id, proposed_at, expires_at) on change.proposal to qianmo_app;
create policy own_name on change.proposal as restrictive for insert to qianmo_app
  with check (maker_id = (select organization.current_actor()));
