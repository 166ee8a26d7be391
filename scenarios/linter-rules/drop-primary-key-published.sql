-- rule: DROP of the primary key of a published table
-- warned: MigrationPilot MP055
-- schema
CREATE PUBLICATION changes FOR TABLE lines;
-- plan: database: settings: { wal_level: logical }
-- bad
ALTER TABLE lines DROP CONSTRAINT lines_pkey;
