-- Never ends under Flyway's default lock, which keeps a transaction open on a second connection.
CREATE INDEX CONCURRENTLY orders_account_id_idx ON orders (account_id);
