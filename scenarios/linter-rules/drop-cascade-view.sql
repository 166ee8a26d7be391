-- rule: DROP ... CASCADE that takes a view with it
-- warned: MigrationPilot MP022 MP052, Bytebase disallow_rm_tbl_cascade, pgrubic GN015
-- schema
CREATE VIEW open_orders AS SELECT id, status, note FROM orders WHERE status = 'open';
-- plan: workload: before: { name: shop, operations: [ { name: read, parameters: { o: { key: orders.id } }, statements: "SELECT id, total FROM orders WHERE id = :o" } ] }
-- bad
ALTER TABLE orders DROP COLUMN note CASCADE;
