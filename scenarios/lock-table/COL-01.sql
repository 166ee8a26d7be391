-- COL-01: ADD COLUMN, nullable, no default

-- case: ADD COLUMN
alter table t add column a int;
