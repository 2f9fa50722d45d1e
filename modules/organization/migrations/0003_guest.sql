/*
 * Guests: people who are let in for one thing and are nobody's colleague, such as a reviewer of a village. The actor of their sessions is written
 * `<kind>:<id>`. A table without a grid column shows its rows to the colleagues of its legal entity; to a guest it shows nothing, unless the module
 * that owns the table says so by a policy of its own.
 */
create function organization.is_guest() returns boolean language sql stable parallel safe
  return coalesce(strpos(organization.current_actor(), ':') > 0, false);

create or replace procedure organization.protect(relation regclass, grid_column text) language plpgsql as $$
declare
  scope text := 'entity_id = (select organization.current_entity())';
begin
  if grid_column is null then
    scope := scope || ' and not (select organization.is_guest())';
  else
    scope := scope || format(' and %I ^@ any ((select organization.current_scopes())::text[])', grid_column);
  end if;
  execute format('alter table %s enable row level security', relation);
  execute format('alter table %s force row level security', relation);
  execute format('create policy data_scope on %s to qianmo_app using (%s) with check (%s)', relation, scope, scope);
  execute format('create policy owner_work on %s to %I using (current_setting(''qianmo.owner'', true) = ''on'')', relation, current_user);
end $$;

-- Those that were protected before, each by its own words: an installation that is brought up to date has all modules' tables already.
do $$
declare
  policy record;
begin
  for policy in
    select polrelid::regclass as relation, pg_get_expr(polqual, polrelid) as seen, pg_get_expr(coalesce(polwithcheck, polqual), polrelid) as written
    from pg_policy where polname = 'data_scope' and strpos(pg_get_expr(polqual, polrelid), 'current_scopes') = 0
  loop
    execute format('alter policy data_scope on %s using ((%s) and not (select organization.is_guest())) with check ((%s) and not (select organization.is_guest()))',
      policy.relation, policy.seen, policy.written);
  end loop;
end $$;

-- The trail is for those who audit; what guests do stands in it like anybody's acts.
create policy no_guest on audit.entry as restrictive for select to qianmo_app using (not (select organization.is_guest()));
create policy no_guest on audit.link as restrictive for select to qianmo_app using (not (select organization.is_guest()));
