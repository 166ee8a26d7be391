-- TYP-09: Change of the type of a column that other objects use

-- case: generated column
-- setup
alter table t add column a int generated always as (c * 2) stored;
-- migration
alter table t alter column c type bigint;

-- case: policy
-- setup
create policy mine on t using (c > 0);
-- migration
alter table t alter column c type bigint;

-- case: trigger WHEN
-- setup
create function nothing() returns trigger language plpgsql as 'begin return new; end';
create trigger watch before update on t for each row when (new.c > 0) execute function nothing();
-- migration
alter table t alter column c type bigint;
