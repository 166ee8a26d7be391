-- rule: DROP COLUMN of a column that the application does not name any more
-- warned: strong_migrations remove_column (ignored_columns first)
-- plan: workload: before: { name: shop, operations: [ { name: place, parameters: { o: { key: orders.id } }, statements: "INSERT INTO lines (order_id, amount) VALUES (:o, 1)" }, { name: read, parameters: { o: { key: orders.id } }, statements: "SELECT id, total FROM orders WHERE id = :o" } ] }
-- why: The application that is rehearsed does not name the column: what is left is the moment of the lock. The rows' values go, as asked for.
-- bad
ALTER TABLE orders DROP COLUMN code;
