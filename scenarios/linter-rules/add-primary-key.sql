-- rule: ADD PRIMARY KEY
-- warned: squawk adding-serial-primary-key-field, pgfence add-pk-without-using-index, diesel-guard add_primary_key, Eugene W14, pgrubic US015
-- schema
ALTER TABLE lines DROP CONSTRAINT lines_order_id_fkey;
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
-- plan: data: keeps: { table: orders, constraint: unique (id) }
-- bad
ALTER TABLE orders ADD PRIMARY KEY (id);
-- safe
-- rehearse: no-transaction
CREATE UNIQUE INDEX CONCURRENTLY orders_pkey ON orders (id);
-- then
ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_pkey;
