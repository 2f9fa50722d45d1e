create schema audit;
grant usage on schema audit to qianmo_app;

-- Who did or read what, when and why. Written once, by the transaction it belongs to, without waiting for anybody.
create table audit.entry (
  entry_id bigint generated always as identity primary key,
  entity_id text not null,
  at timestamptz not null default clock_timestamp(),
  actor_id text not null,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  reason text,
  detail jsonb,
  request_id text
);
create index on audit.entry (entity_id, entry_id desc);
create index on audit.entry (entity_id, subject_id, entry_id desc);
create index on audit.entry (entity_id, actor_id, entry_id desc);

-- The chain of one legal entity: each link's hash covers its entry and the hash before it.
create table audit.link (
  entity_id text not null,
  position bigint not null check (position > 0),
  entry_id bigint not null unique references audit.entry,
  previous text not null,
  hash text not null,
  primary key (entity_id, position)
);

-- Entries that wait for their link; filled by the trigger below, emptied when they are chained.
create table audit.unchained (entry_id bigint primary key references audit.entry);

create function audit.await_chaining() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into audit.unchained (entry_id) values (new.entry_id);
  return null;
end $$;
create trigger await_chaining after insert on audit.entry for each row execute function audit.await_chaining();

create function audit.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '审计记录不可更改 / the audit trail is append-only: % on %.%', tg_op, tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete or truncate on audit.entry for each statement execute function audit.refuse_change();
create trigger append_only before update or delete or truncate on audit.link for each statement execute function audit.refuse_change();

-- Requests may add entries in their own name and read those of their own legal entity.
alter table audit.entry enable row level security;
alter table audit.entry force row level security;
create policy own_entity on audit.entry for select to qianmo_app
  using (entity_id = (select nullif(current_setting('qianmo.entity', true), '')));
create policy own_name on audit.entry for insert to qianmo_app
  with check (
    entity_id = (select nullif(current_setting('qianmo.entity', true), ''))
    and actor_id = (select nullif(current_setting('qianmo.actor', true), ''))
  );
alter table audit.link enable row level security;
alter table audit.link force row level security;
create policy own_entity on audit.link for select to qianmo_app
  using (entity_id = (select nullif(current_setting('qianmo.entity', true), '')));
do $$
declare relation text;
begin
  foreach relation in array array['audit.entry', 'audit.link'] loop
    execute format('create policy owner_work on %s to %I using (current_setting(''qianmo.owner'', true) = ''on'')', relation, current_user);
  end loop;
end $$;
grant select, insert on audit.entry to qianmo_app;
grant select on audit.link to qianmo_app;
