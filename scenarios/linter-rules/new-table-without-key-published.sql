-- rule: a new table without a primary key, published
-- warned: MigrationPilot MP045, Bytebase table_require_pk
-- schema
CREATE PUBLICATION everything FOR ALL TABLES;
-- plan: database: settings: { wal_level: logical }
-- bad
CREATE TABLE parcels (code text, weight integer);
-- safe
CREATE TABLE parcels (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text, weight integer);
