-- rule: data in a migration
-- warned: MigrationPilot MP080, sonar-postgres only-schema-migrations, rubocop-safe_migrations
-- why: A few rows cost what a few writes of the application cost. What costs more: backfill-unbatched, ddl-and-backfill.
-- bad
CREATE TABLE kinds (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
INSERT INTO kinds (name) VALUES ('a'), ('b');
