-- DML-03: Batches found by ctid

-- case: each batch reads the table again
-- words: Seq Scan on t
load 'auto_explain';
set auto_explain.log_min_duration = 0;
set auto_explain.log_level = debug1;
update t set s = 'new' where ctid in (select ctid from t where s <> 'new' limit 100);
update t set s = 'new' where ctid in (select ctid from t where s <> 'new' limit 100);

-- case: batches by key
-- words: Seq Scan on t
load 'auto_explain';
set auto_explain.log_min_duration = 0;
set auto_explain.log_level = debug1;
update t set s = 'new' where id > 0 and id <= 100;
update t set s = 'new' where id > 100 and id <= 200;
