-- rule: TRUNCATE
-- warned: pgfence truncate, MigrationPilot MP036, diesel-guard truncate_table, Bytebase disallow_truncate, pgrubic US029
-- bad
TRUNCATE lines;
