-- rule: a CREATE or ADD COLUMN without IF NOT EXISTS
-- warned: squawk prefer-robust-stmts, pgfence prefer-robust-create-table prefer-robust-create-index, MigrationPilot MP023, diesel-guard idempotency_create idempotency_alter
-- why: In a transaction nothing stays of a failure. IF NOT EXISTS takes the same lock where there is nothing to do (COL-14, IDX-02), and takes an INVALID index for a good one.
-- bad
ALTER TABLE orders ADD COLUMN channel text;
