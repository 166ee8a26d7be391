-- COL-19: SET NOT NULL

-- case: SET NOT NULL
alter table t alter column c set not null;
