-- PostgreSQL looks a table over again when a tenth as many changes as it has rows have come together. An application is changed eight times on its way to
-- the bank's word, so at the busiest hour that was every minute, for a second of a processor while borrowers wait. It is after as many changes as rows
-- now, and what no search asks for (forms, facts, sealed and masked words) is not looked at, which halves the work.
alter table lending.application
  alter column terms set statistics 0,
  alter column answers set statistics 0,
  alter column facts set statistics 0,
  alter column evidence set statistics 0,
  alter column declined set statistics 0,
  alter column supplement set statistics 0,
  alter column phone_sealed set statistics 0,
  alter column phone_masked set statistics 0,
  alter column id_no_sealed set statistics 0,
  alter column id_no_masked set statistics 0,
  -- An application that grows stays on its page, and its indexes as they are: a fifth of the changes moved it.
  set (autovacuum_analyze_scale_factor = 1, fillfactor = 80);

alter table lending.application_event alter column detail set statistics 0;

alter table lending.portal_session alter column phone_sealed set statistics 0, alter column phone_masked set statistics 0;
