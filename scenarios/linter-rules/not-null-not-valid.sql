-- rule: SET NOT NULL by a constraint of its own
-- warned: MigrationPilot MP081
-- from: 18
-- plan: data: keeps: { table: orders, constraint: check (code is not null) }
-- plan: data: rows: { orders: 1_000_000 }
-- bad
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
-- safe
ALTER TABLE orders ADD CONSTRAINT orders_code_not_null NOT NULL code NOT VALID;
-- then
ALTER TABLE orders VALIDATE CONSTRAINT orders_code_not_null;
