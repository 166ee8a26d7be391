-- VAC-01: VACUUM against wraparound does not yield

-- case: a change of the table behind it
-- setup
alter table t set (autovacuum_freeze_max_age = 100000, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
do $$ begin for i in 1..100100 loop perform pg_current_xact_id(); commit; end loop; end $$;
alter system set autovacuum = on;
select pg_reload_conf();
do $$
begin
    for i in 1..600 loop
        exit when exists (select from pg_locks l join pg_stat_activity a using (pid)
            where a.query like 'autovacuum: VACUUM public.t (to prevent wraparound)'
                and l.relation = 't'::regclass and l.mode = 'ShareUpdateExclusiveLock' and l.granted);
        perform pg_sleep(0.05);
        perform pg_stat_clear_snapshot();
    end loop;
end $$;
alter system reset autovacuum;
select pg_reload_conf();
-- migration
set lock_timeout = '1s';
alter table t add column a int;
