-- rule: ADD COLUMN ... UNIQUE
-- warned: Eugene E7, MigrationPilot MP027, django-migration-linter ADD_UNIQUE, Atlas MF101, django-pg-zero-downtime-migrations, pgfence add-constraint-unique
-- bad
ALTER TABLE orders ADD COLUMN ticket text UNIQUE;
-- safe
ALTER TABLE orders ADD COLUMN ticket text;
-- then
-- rehearse: no-transaction
CREATE UNIQUE INDEX CONCURRENTLY orders_ticket_key ON orders (ticket);
-- then
ALTER TABLE orders ADD CONSTRAINT orders_ticket_key UNIQUE USING INDEX orders_ticket_key;
