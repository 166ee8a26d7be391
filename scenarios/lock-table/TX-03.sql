-- TX-03: statement_timeout ends long maintenance

-- case: CREATE INDEX CONCURRENTLY
-- session writer
begin;
update t set s = 'new' where id = 1;
-- migration
set statement_timeout = '1s';
create index concurrently made on t (s);
-- await migration
