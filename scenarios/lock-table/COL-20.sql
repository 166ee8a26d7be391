-- COL-20: SET NOT NULL that a valid CHECK proves

-- case: SET NOT NULL
-- setup
alter table t add constraint c_there check (c is not null);
-- migration
alter table t alter column c set not null;
