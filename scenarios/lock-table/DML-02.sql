-- DML-02: A change of the schema and a backfill in one transaction

-- case: ADD COLUMN, UPDATE, and a reader meanwhile
-- migration
begin;
alter table t add column a int;
update t set a = 1;
-- session application
select count(*) from t;
-- migration
commit;
