-- rule: DISABLE TRIGGER
-- warned: pgfence enable-disable-trigger, MigrationPilot MP064
-- bad
ALTER TABLE orders DISABLE TRIGGER ALL;
UPDATE lines SET amount = amount + 1 WHERE id < 100;
-- safe
UPDATE lines SET amount = amount + 1 WHERE id < 100;
