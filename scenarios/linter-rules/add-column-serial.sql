-- rule: ADD COLUMN serial or identity
-- warned: Eugene E11, strong_migrations add_column_auto_incrementing, pgfence add-column-serial, MigrationPilot MP015, diesel-guard add_serial_column add_identity_column, squawk adding-serial-primary-key-field, pgrubic US004 US005
-- bad
ALTER TABLE orders ADD COLUMN number serial;
-- safe
CREATE SEQUENCE orders_number_seq;
ALTER TABLE orders ADD COLUMN number integer;
ALTER TABLE orders ALTER COLUMN number SET DEFAULT nextval('orders_number_seq');
