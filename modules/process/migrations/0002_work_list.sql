-- Work-lists choose their page from the tasks alone: what they are narrowed by stands beside what they are sorted by, so that a list reads neither
-- the case of every task nor what is over. `describe` keeps the copies equal to the case's.
alter table process.task add column process text, add column product text, add column amount_fen bigint;
update process.task t set process = c.process, product = c.product, amount_fen = c.amount_fen from process.case_state c where c.case_id = t.case_id;
alter table process.task alter column process set not null;

-- Every list is one range of one of these, in its order. The grid code is in them for row-level security.
drop index process.task_own, process.task_pool, process.task_done;
create index task_own on process.task (entity_id, assignee, due_at, task_id) where state = 'open';
create index task_pool on process.task (entity_id, role, due_at, task_id) include (grid_code) where state = 'open' and assignee is null;
create index task_open on process.task (entity_id, due_at, task_id) include (grid_code) where state = 'open';
create index task_grid on process.task (grid_code, due_at) where state = 'open';
create index task_done on process.task (entity_id, done_by, done_at, task_id) where state = 'done';
