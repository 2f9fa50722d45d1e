create schema organization;
grant usage on schema organization to qianmo_app;

-- The session of a request, as set by platform/postgres withSession. Unset means: sees nothing.
create function organization.current_entity() returns text language sql stable parallel safe
  return nullif(current_setting('qianmo.entity', true), '');

create function organization.current_actor() returns text language sql stable parallel safe
  return nullif(current_setting('qianmo.actor', true), '');

create function organization.current_scopes() returns text[] language sql stable parallel safe
  return string_to_array(nullif(current_setting('qianmo.scopes', true), ''), ',');

/*
 * Puts a table under the data scope. Requests (qianmo_app) see the rows of their legal entity whose grid code starts with one of their scopes;
 * with grid_column null, all rows of their legal entity. The owner sees rows only inside withOwner, so that a query that went astray finds nothing.
 * Privileges are granted beside it by the owning module: what a request may not do to a table, it is not granted.
 */
create procedure organization.protect(relation regclass, grid_column text) language plpgsql as $$
declare
  scope text := 'entity_id = (select organization.current_entity())';
begin
  if grid_column is not null then
    scope := scope || format(' and %I ^@ any ((select organization.current_scopes())::text[])', grid_column);
  end if;
  execute format('alter table %s enable row level security', relation);
  execute format('alter table %s force row level security', relation);
  execute format('create policy data_scope on %s to qianmo_app using (%s) with check (%s)', relation, scope, scope);
  execute format('create policy owner_work on %s to %I using (current_setting(''qianmo.owner'', true) = ''on'')', relation, current_user);
end $$;
revoke execute on procedure organization.protect(regclass, text) from public;

create table organization.entity (
  entity_id text primary key,
  name text not null,
  short_name text not null,
  -- Grid code of the whole entity: the scope of its head office.
  root_grid_code text not null check (root_grid_code ~ '^[0-9]{6}([0-9]{3}([0-9]{3}([0-9]{2})?)?)?$'),
  created_at timestamptz not null default now()
);
call organization.protect('organization.entity', null);
grant select on organization.entity to qianmo_app;

create table organization.institution (
  entity_id text not null references organization.entity,
  institution_id text not null,
  parent_id text,
  kind text not null check (kind in ('head_office', 'branch')),
  name text not null,
  primary key (entity_id, institution_id),
  foreign key (entity_id, parent_id) references organization.institution (entity_id, institution_id),
  check ((kind = 'head_office') = (parent_id is null))
);
call organization.protect('organization.institution', null);
grant select on organization.institution to qianmo_app;

create table organization.staff (
  entity_id text not null references organization.entity,
  staff_id text not null,
  institution_id text not null,
  name text not null,
  login text not null check (login ~ '^[a-z0-9][a-z0-9._-]{1,62}$'),
  roles text[] not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (entity_id, staff_id),
  -- Sign-in asks for no legal entity: a login belongs to one person of the whole installation.
  unique (login),
  foreign key (entity_id, institution_id) references organization.institution (entity_id, institution_id)
);
call organization.protect('organization.staff', null);
grant select on organization.staff to qianmo_app;

-- Who looks after which part of the grid. The codes are also the data scope of the person's sessions.
create table organization.grid_assignment (
  entity_id text not null,
  staff_id text not null,
  grid_code text not null check (grid_code ~ '^[0-9]{6}([0-9]{3}([0-9]{3}([0-9]{2})?)?)?$'),
  primary key (entity_id, staff_id, grid_code),
  foreign key (entity_id, staff_id) references organization.staff (entity_id, staff_id) on delete cascade
);
create index on organization.grid_assignment (entity_id, grid_code);
call organization.protect('organization.grid_assignment', null);
grant select on organization.grid_assignment to qianmo_app;

-- Not granted to requests at all: only sign-in, which runs as the owner, reads and writes these two.
create table organization.credential (
  entity_id text not null,
  staff_id text not null,
  -- scrypt$N$r$p$salt$hash, base64url
  password_hash text not null,
  must_change boolean not null default false,
  failures integer not null default 0,
  locked_until timestamptz,
  changed_at timestamptz not null default now(),
  primary key (entity_id, staff_id),
  foreign key (entity_id, staff_id) references organization.staff (entity_id, staff_id) on delete cascade
);
call organization.protect('organization.credential', null);

create table organization.session (
  -- sha256 of the token in the cookie: who reads this table cannot use what it finds.
  token_hash text primary key,
  csrf_token text not null,
  entity_id text not null,
  staff_id text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  foreign key (entity_id, staff_id) references organization.staff (entity_id, staff_id) on delete cascade
);
create index on organization.session (entity_id, staff_id);
create index on organization.session (expires_at);
call organization.protect('organization.session', null);
