-- TAB-05: Rewrites of the whole table

-- case: CLUSTER
cluster t using t_pkey;

-- case: VACUUM FULL, behind a reader
-- session reader
begin;
select count(*) from t;
-- migration
vacuum full t;
-- session reader
commit;

-- case: SET TABLESPACE
alter table t set tablespace elsewhere;

-- case: SET ACCESS METHOD [15-18]
-- setup
create access method heap_again type table handler heap_tableam_handler;
-- migration
alter table t set access method heap_again;
