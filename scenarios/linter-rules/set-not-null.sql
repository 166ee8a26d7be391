-- rule: SET NOT NULL
-- warned: squawk adding-not-nullable-field, Eugene E2, strong_migrations change_column_null, online_migrations change_column_null, safe-pg-migrations, django-pg-zero-downtime-migrations, pgfence alter-column-set-not-null, MigrationPilot MP002 MP018, diesel-guard add_not_null, Atlas MF104, Bytebase disallow_add_not_null, django-migration-linter NOT_NULL, pgrubic US010
-- plan: data: keeps: { table: orders, constraint: check (code is not null) }
-- plan: data: rows: { orders: 1_000_000 }
-- bad
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
-- safe
ALTER TABLE orders ADD CONSTRAINT orders_code_not_null CHECK (code IS NOT NULL) NOT VALID;
-- then
ALTER TABLE orders VALIDATE CONSTRAINT orders_code_not_null;
-- then
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
-- then
ALTER TABLE orders DROP CONSTRAINT orders_code_not_null;
