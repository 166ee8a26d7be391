-- rule: ADD COLUMN ... REFERENCES with a default
-- warned: strong_migrations add_reference, online_migrations add_reference, GitLab, squawk adding-foreign-key-constraint
-- plan: data: rows: { orders: 1_000_000 }
-- bad
ALTER TABLE orders ADD COLUMN payer bigint DEFAULT 1 REFERENCES customers;
-- safe
ALTER TABLE orders ADD COLUMN payer bigint DEFAULT 1;
-- then
-- rehearse: no-transaction
CREATE INDEX CONCURRENTLY orders_payer_idx ON orders (payer);
-- then
ALTER TABLE orders ADD CONSTRAINT orders_payer_fk FOREIGN KEY (payer) REFERENCES customers NOT VALID;
-- then
ALTER TABLE orders VALIDATE CONSTRAINT orders_payer_fk;
