-- rule: RENAME TABLE without a view
-- warned: squawk renaming-table, strong_migrations rename_table, online_migrations rename_table, django-migration-linter RENAME_TABLE, pgfence rename-table, MigrationPilot MP028, diesel-guard rename_table, Atlas BC101, Bytebase migration_compatibility, pgrubic US022
-- bad
ALTER TABLE lines RENAME TO order_lines;
-- safe
ALTER TABLE lines RENAME TO order_lines;
CREATE VIEW lines AS SELECT * FROM order_lines;
