-- TX-02: No lock_timeout

-- case: a reader in front, an application behind
-- session reader
begin;
select count(*) from t;
-- migration
alter table t add column a int;
-- session application
select count(*) from t;
-- session reader
commit;

-- case: lock_timeout
-- session reader
begin;
select count(*) from t;
-- migration
set lock_timeout = '100ms';
alter table t add column a int;
-- await migration
