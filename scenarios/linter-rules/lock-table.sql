-- rule: LOCK TABLE
-- warned: MigrationPilot MP065
-- bad
LOCK TABLE orders;
SELECT count(*) FROM generate_series(1, 3000000);
