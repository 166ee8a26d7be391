-- rule: ADD UNIQUE
-- warned: squawk disallowed-unique-constraint, Eugene E7, strong_migrations add_unique_constraint, online_migrations add_unique_constraint, pgfence add-constraint-unique, MigrationPilot MP027, diesel-guard add_unique_constraint, django-migration-linter ADD_UNIQUE, Atlas MF101, Braintree, pgrubic US014
-- plan: data: keeps: { table: orders, constraint: unique (code) }
-- bad
ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code);
-- safe
-- rehearse: no-transaction
CREATE UNIQUE INDEX CONCURRENTLY orders_code_key ON orders (code);
-- then
ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE USING INDEX orders_code_key;
