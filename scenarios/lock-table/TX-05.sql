-- TX-05: CREATE INDEX CONCURRENTLY while another migrator waits for the advisory lock

-- case: the peer has waited for less than deadlock_timeout
set deadlock_timeout = '2s';
select pg_advisory_lock(42);
-- session peer
set deadlock_timeout = '2s';
select pg_advisory_lock(42);
-- migration
create index concurrently made on t (s);

-- case: the peer has waited for longer
set deadlock_timeout = '500ms';
select pg_advisory_lock(42);
-- session peer
select pg_advisory_lock(42);
-- migration
create index concurrently made on t (s);
