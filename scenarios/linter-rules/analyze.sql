-- rule: ANALYZE in a migration
-- warned: pg-schema-diff IMPACTS_DATABASE_PERFORMANCE (MigrationPilot MP088 asks for it after a backfill)
-- why: It reads a sample under SHARE UPDATE EXCLUSIVE, which stops neither readers nor writers.
-- bad
ANALYZE orders;
