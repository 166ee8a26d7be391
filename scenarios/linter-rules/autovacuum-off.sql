-- rule: autovacuum_enabled = off
-- warned: MigrationPilot MP066
-- bad
ALTER TABLE orders SET (autovacuum_enabled = off);
