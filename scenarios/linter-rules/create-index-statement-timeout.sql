-- rule: a statement_timeout that ends CREATE INDEX CONCURRENTLY
-- warned: strong_migrations, safe-pg-migrations, pg-schema-diff (which sets 20 minutes); squawk require-statement-timeout, pgfence missing-statement-timeout and MigrationPilot MP020 ask for one
-- bad
-- rehearse: no-transaction
SET statement_timeout = '50ms';
CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);
-- safe
-- rehearse: no-transaction
SET statement_timeout = 0;
CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);
