-- IDX-07: REINDEX

-- case: INDEX, and a reader meanwhile
-- migration
begin;
reindex index t_n_idx;
-- session reader
select count(*) from t where id = 1;
-- migration
commit;

-- case: TABLE
reindex table t;

-- case: INDEX CONCURRENTLY, behind an open writer
-- session writer
begin;
update t set s = 'new' where id = 1;
-- migration
reindex index concurrently t_n_idx;
-- session writer
commit;
