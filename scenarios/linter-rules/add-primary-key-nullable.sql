-- rule: ADD PRIMARY KEY USING INDEX on a column that may be NULL
-- warned: Eugene W14, pgfence add-pk-using-index
-- schema
ALTER TABLE lines DROP CONSTRAINT lines_order_id_fkey;
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
-- plan: data: keeps: [{ table: orders, constraint: unique (code) }, { table: orders, constraint: check (code is not null) }]
-- plan: data: rows: { orders: 1_000_000 }
-- bad
-- rehearse: no-transaction
CREATE UNIQUE INDEX CONCURRENTLY orders_pkey ON orders (code);
-- then
ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_pkey;
-- safe
-- rehearse: no-transaction
CREATE UNIQUE INDEX CONCURRENTLY orders_pkey ON orders (code);
-- then
ALTER TABLE orders ADD CONSTRAINT orders_code_not_null CHECK (code IS NOT NULL) NOT VALID;
-- then
ALTER TABLE orders VALIDATE CONSTRAINT orders_code_not_null;
-- then
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_code_not_null;
ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_pkey;
