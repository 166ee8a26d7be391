-- rule: ADD COLUMN NOT NULL without default
-- warned: squawk adding-required-field, Atlas MF103, pgfence add-column-not-null-no-default, MigrationPilot MP084, django-migration-linter NOT_NULL, Bytebase disallow_add_not_null, django-pg-zero-downtime-migrations
-- bad
ALTER TABLE orders ADD COLUMN channel text NOT NULL;
-- safe
ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';
