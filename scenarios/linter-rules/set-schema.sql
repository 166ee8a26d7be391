-- rule: SET SCHEMA
-- warned: MigrationPilot MP098
-- bad
CREATE SCHEMA shop;
ALTER TABLE lines SET SCHEMA shop;
