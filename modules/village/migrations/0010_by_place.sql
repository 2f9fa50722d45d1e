-- A village's answers and a group's sheets, of a county's million: the quality of one village's reviewers and naming one group's panel went through all.
create index evaluation_place on village.evaluation (project_id, grid_code);
create index sheet_row_place on village.sheet_row (project_id, round, grid_code);
