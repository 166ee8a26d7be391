-- COL-23: DROP EXPRESSION

-- case: DROP EXPRESSION
-- setup
alter table t add column a int generated always as (n * 2) stored;
-- migration
alter table t alter column a drop expression;
