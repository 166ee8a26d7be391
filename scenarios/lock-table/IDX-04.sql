-- IDX-04: CREATE INDEX CONCURRENTLY that fails

-- case: lock_timeout, then IF NOT EXISTS
-- session writer
begin;
update t set s = 'new' where id = 1;
-- migration
set lock_timeout = '300ms';
create index concurrently made on t (s);
-- await migration
-- session writer
commit;
-- migration
create index concurrently if not exists made on t (s);

-- case: duplicate key
create unique index concurrently made on t (parent_id);
