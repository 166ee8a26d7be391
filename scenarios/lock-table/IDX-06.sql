-- IDX-06: DROP INDEX CONCURRENTLY

-- case: behind an idle reader of the table
-- session reader
begin;
select count(*) from t;
-- migration
drop index concurrently t_n_idx;
-- session reader
commit;
