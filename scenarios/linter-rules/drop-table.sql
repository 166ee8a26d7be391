-- rule: DROP TABLE
-- warned: squawk ban-drop-table, django-migration-linter DROP_TABLE, pgfence drop-table, MigrationPilot MP026, diesel-guard drop_table, Atlas DS102, Bytebase migration_compatibility table_drop_naming_convention, pg-schema-diff DELETES_DATA, pgrubic US021
-- bad
DROP TABLE lines;
