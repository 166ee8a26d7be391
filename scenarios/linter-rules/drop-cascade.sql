-- rule: DROP ... CASCADE
-- warned: MigrationPilot MP022 MP035, Bytebase disallow_rm_tbl_cascade, Atlas DS101, pgrubic GN015 US009
-- bad
DROP TABLE customers CASCADE;
CREATE TABLE customers_2 (id bigint PRIMARY KEY);
