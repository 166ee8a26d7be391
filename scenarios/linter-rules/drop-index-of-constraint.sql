-- rule: DROP INDEX of an index that a constraint needs
-- warned: MigrationPilot MP097
-- bad
DROP INDEX orders_pkey;
