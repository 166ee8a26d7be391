-- rule: rows with keys of their own, and a sequence that knows nothing of them
-- warned: MigrationPilot MP059
-- bad
INSERT INTO customers (id, name, email) SELECT 1000000 + n, 'new', 'new@example.org' FROM generate_series(1, 1000) AS n;
-- safe
INSERT INTO customers (id, name, email) SELECT 1000000 + n, 'new', 'new@example.org' FROM generate_series(1, 1000) AS n;
SELECT setval(pg_get_serial_sequence('customers', 'id'), (SELECT max(id) FROM customers));
