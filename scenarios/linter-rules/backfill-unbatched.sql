-- rule: UPDATE of the whole table in one statement
-- warned: pgfence update-in-migration, MigrationPilot MP011 MP080, diesel-guard mutation_without_where, Bytebase where_required affected_row_limit, strong_migrations, online_migrations, GitLab, pgrubic GN022
-- bad
UPDATE orders SET note = 'none';
-- safe
-- rehearse: no-transaction
DO $$ DECLARE last integer := 0; BEGIN
  LOOP
    UPDATE orders SET note = 'none' WHERE id > last AND id <= last + 500;
    COMMIT;
    EXIT WHEN last > (SELECT max(id) FROM orders);
    last := last + 500;
  END LOOP;
END $$;
