-- The list of limits in the order of the roll, page by page from an index, at the size of a county: what it is ordered and narrowed by stands in the row,
-- because row-level security lets an index answer only for columns themselves.
alter table village.taken
  add column place text collate "C" not null generated always as (grid_code || '-' || household_id) stored,
  -- The branch's newest word, kept by the triggers below.
  add column determination_id bigint,
  add column determined_fen bigint,
  add column determined_taken_fen bigint;

update village.taken t set determination_id = n.determination_id, determined_fen = n.determined_fen, determined_taken_fen = n.taken_fen
from (select distinct on (project_id, person_id) * from village.determination order by project_id, person_id, determination_id desc) as n
where (n.project_id, n.person_id) = (t.project_id, t.person_id);

alter table village.taken
  -- Something else has been taken since the word, or a cap has come down below it.
  add column is_moved boolean not null generated always as (
    determination_id is not null and (determined_taken_fen is distinct from taken_fen or determined_fen > cap_fen)) stored,
  -- Waits for the branch's word, or for another one.
  add column is_open boolean not null generated always as (
    determination_id is null or determined_taken_fen is distinct from taken_fen or determined_fen > cap_fen) stored;

-- In the list's order whatever it is narrowed by; with what the head of the list counts, so that how each limit was taken is not read for it.
drop index village.taken_place;
create index taken_list on village.taken (project_id, place, person_id) include (entity_id, grid_code, outcome, is_open, taken_fen);
create index taken_word on village.taken (project_id, is_open, place, person_id);
create index taken_outcome on village.taken (project_id, outcome, place, person_id);

create function village.follow_word() returns trigger language plpgsql as $$
begin
  update village.taken t set determination_id = n.determination_id, determined_fen = n.determined_fen, determined_taken_fen = n.taken_fen
  from (select distinct on (project_id, person_id) project_id, person_id, determination_id, determined_fen, taken_fen from added
    order by project_id, person_id, determination_id desc) as n
  where (t.project_id, t.person_id) = (n.project_id, n.person_id);
  return null;
end $$;
create trigger word_spoken after insert on village.determination
  referencing new table as added for each statement execute function village.follow_word();

-- Whoever is a subject again finds the word that stood.
create function village.recall_word() returns trigger language plpgsql as $$
begin
  select n.determination_id, n.determined_fen, n.taken_fen into new.determination_id, new.determined_fen, new.determined_taken_fen
  from village.determination n where (n.project_id, n.person_id) = (new.project_id, new.person_id) order by n.determination_id desc limit 1;
  return new;
end $$;
create trigger word_recalled before insert on village.taken for each row execute function village.recall_word();

create function village.forget_words() returns trigger language plpgsql as $$
begin
  update village.taken set determination_id = null, determined_fen = null, determined_taken_fen = null where determination_id is not null;
  return null;
end $$;
create trigger words_emptied after truncate on village.determination for each statement execute function village.forget_words();
