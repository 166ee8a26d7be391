-- COL-17: RENAME and SET SCHEMA

-- case: RENAME COLUMN
alter table t rename column n to m;

-- case: RENAME TABLE
alter table t rename to renamed;

-- case: RENAME CONSTRAINT
-- setup
alter table t add constraint n_positive check (n > 0);
-- migration
alter table t rename constraint n_positive to n_above_zero;

-- case: SET SCHEMA
-- setup
create schema archive;
-- migration
alter table t set schema archive;
