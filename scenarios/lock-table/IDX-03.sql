-- IDX-03: CREATE INDEX CONCURRENTLY

-- case: behind an open writer of the table
-- session writer
begin;
update t set s = 'new' where id = 1;
-- migration
create index concurrently made on t (s);
-- session writer
commit;

-- case: behind a snapshot that has read another table only
-- session reader
begin isolation level repeatable read;
select count(*) from parent;
-- migration
create index concurrently made on t (s);
-- session reader
commit;

-- case: in a transaction
begin;
create index concurrently made on t (s);
