-- rule: TRUNCATE CASCADE
-- warned: squawk ban-truncate-cascade, pgfence truncate-cascade, MigrationPilot MP036, pgrubic US029
-- bad
TRUNCATE orders CASCADE;
