-- rule: a function that others depend on is replaced
-- warned: pg-schema-diff HAS_UNTRACKABLE_DEPENDENCIES
-- schema
CREATE FUNCTION fee(amount numeric) RETURNS numeric LANGUAGE plpgsql AS 'BEGIN RETURN amount * 0.1; END';
-- bad
CREATE OR REPLACE FUNCTION fee(amount numeric) RETURNS numeric LANGUAGE plpgsql AS 'BEGIN RETURN amount * 0.2; END';
