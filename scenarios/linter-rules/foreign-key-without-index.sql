-- rule: a foreign key without an index on its columns
-- warned: Eugene E15, pgfence fk-missing-index, MigrationPilot MP016, strong_migrations add_reference, online_migrations add_reference, Supabase 0001
-- plan: data: keeps: { table: orders, constraint: foreign key (customer_id) references customers (id) }
-- plan: workload: baseline: 4s
-- plan: workload: settle: 5s
-- bad
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
-- then
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fk;
-- safe
-- rehearse: no-transaction
CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);
-- then
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
-- then
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fk;
