-- TYP-07: Change of the collation

-- case: without index
alter table t alter column s type text collate "C";

-- case: with index
-- setup
create index t_s_idx on t (s);
-- migration
alter table t alter column s type text collate "C";
