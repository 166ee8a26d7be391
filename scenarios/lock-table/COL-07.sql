-- COL-07: ADD COLUMN GENERATED VIRTUAL

-- case: VIRTUAL [18]
alter table t add column a int generated always as (n * 2) virtual;
