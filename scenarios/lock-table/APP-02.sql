-- APP-02: An application that still names a dropped column

-- case: SELECT and INSERT
-- migration
alter table t drop column s;
-- session reader
select s from t where id = 1;
-- session writer
insert into t (id, n, s) values (9001, 9001, 'new');
