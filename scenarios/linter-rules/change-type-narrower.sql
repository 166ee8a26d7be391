-- rule: a change of type that values do not fit
-- warned: MigrationPilot MP044
-- bad
ALTER TABLE orders ALTER COLUMN note TYPE varchar(3);
