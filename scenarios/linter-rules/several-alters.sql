-- rule: several ALTER TABLE of one table
-- warned: Eugene W12, MigrationPilot MP058, Bytebase merge_alter_table
-- why: In one transaction the lock is taken once, by the first. One ALTER TABLE saves a scan only where each of several would scan.
-- bad
ALTER TABLE orders ADD COLUMN a integer;
ALTER TABLE orders ADD COLUMN b integer;
ALTER TABLE orders ADD COLUMN c integer;
