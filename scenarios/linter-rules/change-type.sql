-- rule: a change of type that rewrites the table
-- warned: squawk changing-column-type, Eugene E5 E10, strong_migrations change_column, online_migrations change_column, pgfence alter-column-type, MigrationPilot MP007, diesel-guard alter_column_type, Bytebase column_disallow_changing_type, django-migration-linter ALTER_COLUMN, GitLab, Braintree, pgrubic US002
-- bad
ALTER TABLE orders ALTER COLUMN total TYPE double precision;
-- safe
ALTER TABLE orders ADD COLUMN total_2 double precision;
CREATE FUNCTION orders_total() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.total_2 := NEW.total; RETURN NEW; END $$;
CREATE TRIGGER orders_total BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION orders_total();
-- then
-- rehearse: no-transaction
DO $$ DECLARE last integer := 0; BEGIN
  LOOP
    UPDATE orders SET total_2 = total WHERE id > last AND id <= last + 2000;
    COMMIT;
    EXIT WHEN last > (SELECT max(id) FROM orders);
    last := last + 2000;
  END LOOP;
END $$;
