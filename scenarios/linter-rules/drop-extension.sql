-- rule: DROP EXTENSION
-- warned: pg-schema-diff HAS_UNTRACKABLE_DEPENDENCIES
-- schema
CREATE EXTENSION pg_stat_statements;
-- bad
DROP EXTENSION pg_stat_statements;
