-- rule: ADD COLUMN with a volatile default
-- warned: squawk adding-field-with-default, strong_migrations add_column_default, online_migrations add_column_with_default, safe-pg-migrations, pgfence add-column-non-constant-default, MigrationPilot MP003, diesel-guard add_column, Bytebase column_default_disallow_volatile, pgrubic US011 US031
-- bad
ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
-- safe
ALTER TABLE orders ADD COLUMN token uuid;
ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();
