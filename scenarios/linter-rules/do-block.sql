-- rule: DDL in a DO block
-- warned: MigrationPilot MP063, sonar-postgres disallowed-do, strong_migrations execute
-- bad
DO $$ BEGIN EXECUTE 'CREATE INDEX orders_code_idx ON orders (code)'; END $$;
