-- What was put in and what came out is read by the decision's key: PostgreSQL need not know how one compares with another.
alter table strategy.decision alter column inputs set statistics 0, alter column result set statistics 0, alter column trace_hash set statistics 0;
