-- rule: another collation
-- warned: MigrationPilot MP089, strong_migrations change_column, GitLab
-- schema
CREATE INDEX orders_status_idx ON orders (status);
-- bad
ALTER TABLE orders ALTER COLUMN status TYPE varchar(20) COLLATE "C";
