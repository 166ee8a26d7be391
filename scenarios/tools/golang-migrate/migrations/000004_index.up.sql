-- The only statement of its file: more than one would be one transaction.
CREATE INDEX CONCURRENTLY orders_account_id_idx ON orders (account_id);
