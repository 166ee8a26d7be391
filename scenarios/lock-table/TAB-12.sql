-- TAB-12: Swap of two tables by renaming them in one transaction

-- case: rename away, rename in
-- setup
create table t_new (like t including all);
-- migration
alter table t rename to t_old;
alter table t_new rename to t;
