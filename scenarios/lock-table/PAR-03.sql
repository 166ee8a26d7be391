-- PAR-03: DETACH PARTITION

-- case: DETACH
alter table log detach partition log_1;

-- case: CONCURRENTLY, behind a reader of the parent
-- session reader
begin;
select count(*) from log;
-- migration
alter table log detach partition log_1 concurrently;
-- session reader
commit;

-- case: CONCURRENTLY, default partition
-- setup
create table log_rest partition of log default;
-- migration
alter table log detach partition log_1 concurrently;
