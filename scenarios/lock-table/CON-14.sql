-- CON-14: DROP of the PRIMARY KEY of a published table

-- case: then UPDATE and DELETE
-- setup
create publication everything for table t;
-- migration
alter table t drop constraint t_pkey;
-- session application
update t set s = 'new' where id = 1;
-- session cleaner
delete from t where id = 1;
