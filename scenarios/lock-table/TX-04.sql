-- TX-04: What cannot run in a transaction

-- case: CREATE INDEX CONCURRENTLY
begin;
create index concurrently made on t (s);

-- case: DROP INDEX CONCURRENTLY
begin;
drop index concurrently t_n_idx;

-- case: REINDEX CONCURRENTLY
begin;
reindex table concurrently t;

-- case: DETACH PARTITION CONCURRENTLY
begin;
alter table log detach partition log_1 concurrently;

-- case: VACUUM
begin;
vacuum t;
