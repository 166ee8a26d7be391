-- TX-01: Tables locked in the order inverse to the application's

-- case: two tables in one transaction
-- session application
begin;
update parent set name = 'new' where id = 1;
-- migration
begin;
alter table t add column a int;
-- session application
update t set s = 'new' where id = 1;
-- migration
alter table parent add column a int;
