-- TAB-04: SET LOGGED and UNLOGGED

-- case: SET UNLOGGED
alter table t set unlogged;

-- case: SET LOGGED
-- setup
alter table t set unlogged;
-- migration
alter table t set logged;
