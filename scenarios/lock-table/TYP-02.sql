-- TYP-02: text to citext

-- case: without index
-- setup
create extension citext;
-- migration
alter table t alter column s type citext;

-- case: with index
-- setup
create extension citext;
create index t_s_idx on t (s);
-- migration
alter table t alter column s type citext;
