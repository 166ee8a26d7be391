-- TYP-06: timestamp to timestamptz

-- case: time zone UTC, no index
set timezone = 'UTC';
alter table t alter column at type timestamptz;

-- case: time zone UTC, indexed
-- setup
create index t_at_idx on t (at);
-- migration
set timezone = 'UTC';
alter table t alter column at type timestamptz;

-- case: another time zone
set timezone = 'Europe/Berlin';
alter table t alter column at type timestamptz;
