-- rule: CREATE INDEX CONCURRENTLY in a transaction
-- warned: squawk ban-concurrent-index-creation-in-transaction, pgfence concurrent-in-transaction, MigrationPilot MP025, Atlas PG103, Bytebase non_transactional, diesel-guard add_index
-- bad
BEGIN;
CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);
COMMIT;
-- safe
-- rehearse: no-transaction
CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);
