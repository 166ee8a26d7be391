-- PRIV-01: GRANT and REVOKE on a table

-- case: GRANT
grant select on t to pg_monitor;

-- case: REVOKE
-- setup
grant select on t to pg_monitor;
-- migration
revoke select on t from pg_monitor;
