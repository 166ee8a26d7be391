-- rule: CREATE EXTENSION
-- warned: diesel-guard create_extension, MigrationPilot MP078, pg-schema-diff UPGRADING_EXTENSION_VERSION, pgrubic ST001
-- why: Runs as the role that migrates: where that one may not, it fails here as in production (42501).
-- bad
CREATE EXTENSION pg_stat_statements;
