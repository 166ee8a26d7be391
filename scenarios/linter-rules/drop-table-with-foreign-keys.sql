-- rule: DROP TABLE with a foreign key, behind a long reader of the other table
-- warned: online_migrations drop_table_multiple_foreign_keys, GitLab
-- schema
CREATE TABLE parcels (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id integer REFERENCES orders, customer_id bigint REFERENCES customers);
-- plan: workload: blockers: [ { longReader: orders, for: 3s } ]
-- plan: workload: before: { name: shop, operations: [ { name: read, parameters: { o: { key: orders.id } }, statements: "SELECT id, total FROM orders WHERE id = :o" }, { name: who, parameters: { c: { key: customers.id } }, statements: "SELECT name FROM customers WHERE id = :c" } ] }
-- bad
DROP TABLE parcels;
-- safe
-- migration: lockTimeout: 50ms, retries: 60
ALTER TABLE parcels DROP CONSTRAINT parcels_order_id_fkey;
-- then
ALTER TABLE parcels DROP CONSTRAINT parcels_customer_id_fkey;
-- then
DROP TABLE parcels;
