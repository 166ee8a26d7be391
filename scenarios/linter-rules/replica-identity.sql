-- rule: another replica identity
-- warned: pg-schema-diff CORRECTNESS
-- schema
CREATE PUBLICATION changes FOR TABLE lines;
-- plan: database: settings: { wal_level: logical }
-- bad
ALTER TABLE lines REPLICA IDENTITY NOTHING;
-- safe
ALTER TABLE lines REPLICA IDENTITY FULL;
