-- COL-06: ADD COLUMN GENERATED STORED

-- case: STORED
alter table t add column a int generated always as (n * 2) stored;
