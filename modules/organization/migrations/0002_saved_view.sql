-- A list as somebody wants to see it again: filters, order and columns under a name. It holds codes, amounts and days, never a person and never a
-- place: whoever opens it sees their own part of the grid.
create table organization.saved_view (
  view_id uuid primary key default gen_random_uuid(),
  entity_id text not null,
  staff_id text not null,
  list text not null,
  name text not null,
  is_shared boolean not null,
  filters jsonb not null,
  -- Null: the columns the list has anyway.
  columns text[],
  saved_at timestamptz not null,
  unique (entity_id, staff_id, list, name),
  foreign key (entity_id, staff_id) references organization.staff (entity_id, staff_id) on delete cascade
);
call organization.protect('organization.saved_view', null);
grant select, insert, update, delete on organization.saved_view to qianmo_app;

-- Within the legal entity: a view is its owner's, and while shared it is read by those who work at the owner's institution now. Nobody could
-- take back what somebody left behind, so a person who was switched off shares nothing.
create policy audience on organization.saved_view as restrictive for select to qianmo_app using (
  staff_id = (select organization.current_actor())
  or is_shared and exists (
    select from organization.staff owner
    join organization.staff reader using (entity_id, institution_id)
    where owner.entity_id = saved_view.entity_id and owner.staff_id = saved_view.staff_id and owner.is_active
      and reader.staff_id = (select organization.current_actor())
  )
);
create policy owner_adds on organization.saved_view as restrictive for insert to qianmo_app
  with check (staff_id = (select organization.current_actor()));
create policy owner_changes on organization.saved_view as restrictive for update to qianmo_app
  using (staff_id = (select organization.current_actor())) with check (staff_id = (select organization.current_actor()));
create policy owner_removes on organization.saved_view as restrictive for delete to qianmo_app
  using (staff_id = (select organization.current_actor()));
