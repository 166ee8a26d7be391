-- rule: DDL and the backfill in one transaction
-- warned: Eugene E4, pgfence statement-after-access-exclusive, strong_migrations, GitLab, MigrationPilot MP080
-- bad
ALTER TABLE orders ADD COLUMN channel text;
UPDATE orders SET channel = 'web' WHERE id < 100000;
-- safe
ALTER TABLE orders ADD COLUMN channel text;
-- then
-- rehearse: no-transaction
DO $$ DECLARE last integer := 0; BEGIN
  LOOP
    UPDATE orders SET channel = 'web' WHERE id > last AND id <= last + 500;
    COMMIT;
    EXIT WHEN last > 100000;
    last := last + 500;
  END LOOP;
END $$;
