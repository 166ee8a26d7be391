-- rule: ADD UNIQUE where rows are alike
-- warned: Atlas MF101 MF102, MigrationPilot MP027
-- bad
ALTER TABLE orders ADD CONSTRAINT orders_status_key UNIQUE (status);
