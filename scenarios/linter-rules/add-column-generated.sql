-- rule: ADD COLUMN GENERATED ... STORED
-- warned: Eugene E11, strong_migrations add_column_generated_stored, online_migrations add_column_generated_stored, pgfence add-column-stored-generated, MigrationPilot MP062, diesel-guard generated_column, squawk adding-field-with-default, pgrubic US006
-- bad
ALTER TABLE orders ADD COLUMN cents bigint GENERATED ALWAYS AS (total * 100) STORED;
-- safe
ALTER TABLE orders ADD COLUMN cents bigint;
CREATE FUNCTION orders_cents() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.cents := NEW.total * 100; RETURN NEW; END $$;
CREATE TRIGGER orders_cents BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION orders_cents();
