-- Whoever supervises a hundred thousand open tasks counts them on every page. What is counted, and what row-level security asks, stands in the index
-- of the list, so that the table itself is not read. The pool is in the order of its list whatever roles a reader has.
drop index process.task_own, process.task_pool, process.task_grid;
create index task_own on process.task (entity_id, assignee, due_at, task_id) include (grid_code) where state = 'open';
create index task_pool on process.task (entity_id, due_at, task_id, role) include (grid_code) where state = 'open' and assignee is null;
create index task_grid on process.task (entity_id, grid_code, due_at, task_id) where state = 'open';

-- An index answers alone only for pages that were cleaned. By the share of the table that has changed, years of tasks that are done would put that off
-- for hundreds of thousands of steps, and leave out what is less than a fiftieth of them: most of what is open.
alter table process.task set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, vacuum_index_cleanup = on);
