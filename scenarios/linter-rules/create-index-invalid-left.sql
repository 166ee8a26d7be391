-- rule: CREATE INDEX CONCURRENTLY that gives up, and IF NOT EXISTS that takes its INVALID index
-- warned: MigrationPilot MP070, safe-pg-migrations, strong_migrations remove_invalid_indexes, pgfence prefer-robust-create-index (which recommends IF NOT EXISTS)
-- plan: workload: blockers: [ { openWriter: orders, for: 4s } ]
-- plan: migration: retries: 20
-- bad
-- rehearse: no-transaction
SET lock_timeout = '200ms';
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_code_idx ON orders (code);
-- safe
-- rehearse: no-transaction
DROP INDEX CONCURRENTLY IF EXISTS orders_code_idx;
CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);
