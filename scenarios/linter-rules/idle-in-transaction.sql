-- rule: a transaction that is left open
-- warned: squawk ban-uncommitted-transaction, pgfence unclosed-transaction missing-idle-timeout, MigrationPilot MP053
-- bad
-- rehearse: no-transaction
BEGIN;
ALTER TABLE orders ADD COLUMN channel text;
-- safe
-- rehearse: no-transaction
BEGIN;
ALTER TABLE orders ADD COLUMN channel text;
COMMIT;
