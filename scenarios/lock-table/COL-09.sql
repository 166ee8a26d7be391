-- COL-09: ADD COLUMN with a CHECK

-- case: CHECK
alter table t add column a int check (a > 0);
