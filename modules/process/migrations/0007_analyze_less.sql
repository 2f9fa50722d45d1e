-- A case is changed five times by the time it waits for people, and a service's call twice: a tenth as many changes as rows is the work of a minute at the
-- busiest hour, not a change in what the table holds. The state of a case is read by its key alone; comparing states was three quarters of looking
-- the table over.
alter table process.case_state alter column state set statistics 0, set (autovacuum_analyze_scale_factor = 0.5);
alter table process.service_call set (autovacuum_analyze_scale_factor = 0.3);
alter table process.history alter column detail set statistics 0;
