-- How many households wait for a visit (46) and how many a visit counts for (47) is kept beside the stages: counted when the list is looked at, it took
-- seconds over a county.
alter table village.household_stage
  drop constraint household_stage_stage_check,
  add constraint household_stage_stage_check check (stage between 0 and 7 or stage between 31 and 35 or stage between 45 and 47);

insert into village.household_stage (project_id, household_id, stage, entity_id, grid_code, manager_id, people, reached_on)
select h.project_id, h.household_id,
  case when exists (select from village.visit v where v.project_id = h.project_id and v.household_id = h.household_id and v.faults = '{}') then 47 else 46 end,
  h.entity_id, h.grid_code, coalesce(h.manager_id, ''), 1, (now() at time zone 'Asia/Shanghai')::date
from village.household h
join village.member m on m.project_id = h.project_id and m.household_id = h.household_id and m.part = 'subject' and m.presence = 'present'
join village.evaluated e on e.project_id = m.project_id and e.person_id = m.person_id and e.outcome in ('evaluated', 'manual')
where h.state = 'in_pool';
