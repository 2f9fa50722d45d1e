-- An act of a person begins by holding the case of their task and reading its tasks, when nobody else can change them any more: two statements, each
-- seeing what is committed as it begins. Asked for as one, they go to the server and back once; that is most of what they cost.
create function process.hold_task(entity text, task bigint) returns table (
  case_id bigint, entity_id text, process text, version integer, subject_kind text, subject_id text, grid_code text, status text, state jsonb,
  recused text[], acts integer, opened_by text, tasks jsonb
) language plpgsql as $$
#variable_conflict use_column
declare
  held bigint;
begin
  select c.case_id into held from process.case_state c
  where c.entity_id = entity and c.case_id = (select t.case_id from process.task t where t.entity_id = entity and t.task_id = task)
  for no key update;
  return query
    select c.case_id, c.entity_id, c.process, c.version, c.subject_kind, c.subject_id, c.grid_code, c.status, c.state, c.recused, c.acts, c.opened_by,
      (select jsonb_agg(jsonb_build_object('task_id', t.task_id::text, 'token', t.token, 'of_token', t.of_token, 'node', t.node, 'role', t.role,
         'form', t.form, 'state', t.state, 'assignee', t.assignee, 'owner', t.owner, 'holder', coalesce(t.done_by, t.assignee)) order by t.task_id)
       from process.task t where t.case_id = held)
    from process.case_state c where c.case_id = held;
end $$;
revoke execute on function process.hold_task(text, bigint) from public;
