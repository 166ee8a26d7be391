-- Drizzle Kit runs all that is pending in one transaction and knows no way out of it, so the file ends that transaction and begins
-- another at its end. Each batch then commits by itself and holds its row locks for a moment only.
COMMIT;
--> statement-breakpoint
DO $$
DECLARE
  last bigint := (SELECT coalesce(max(id), 0) FROM orders);
BEGIN
  FOR start IN 0..last BY 1000 LOOP
    UPDATE orders SET currency = 'EUR' WHERE id > start AND id <= start + 1000 AND currency IS NULL;
    COMMIT;
  END LOOP;
END $$;
--> statement-breakpoint
BEGIN;
