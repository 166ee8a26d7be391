-- rule: DROP COLUMN
-- warned: squawk ban-drop-column, strong_migrations remove_column, online_migrations remove_column, django-migration-linter DROP_COLUMN, pgfence drop-column, MigrationPilot MP017, diesel-guard drop_column, Atlas DS103, Bytebase migration_compatibility, pg-schema-diff DELETES_DATA, GitLab, Braintree, pgrubic US001
-- bad
ALTER TABLE orders DROP COLUMN code;
