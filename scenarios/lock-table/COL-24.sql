-- COL-24: SET EXPRESSION

-- case: SET EXPRESSION [17-18]
-- setup
alter table t add column a int generated always as (n * 2) stored;
-- migration
alter table t alter column a set expression as (n * 3);
