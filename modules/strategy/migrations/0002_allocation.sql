-- What a household's room leaves to each of its approved members (screening/allocation.ts). The decision itself stays the person's own.
alter table strategy.decision_current
  add column allocated_fen  bigint,     -- null: not approved, or the room is unknown
  add column room_shared_by smallint;   -- approved members of the household, where the share is less than the limit

alter table strategy.decision_count add column allocated_fen bigint;

-- What was published before is not allocated until it is screened again.
alter table strategy.screening add column is_allocated boolean not null default false;
