-- APP-01: Prepared SELECT * of sessions that live on

-- case: after ADD COLUMN
-- session application
prepare everything as select * from t;
execute everything;
-- migration
alter table t add column a int;
-- session application
execute everything;

-- case: after a change of type
-- session application
prepare everything as select * from t;
execute everything;
-- migration
alter table t alter column c type bigint;
-- session application
execute everything;
