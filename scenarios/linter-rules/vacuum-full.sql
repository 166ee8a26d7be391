-- rule: VACUUM FULL
-- warned: squawk prefer-repack, pgfence vacuum-full, MigrationPilot MP006, sonar-postgres vacuum-full, pgrubic US026
-- bad
-- rehearse: no-transaction
VACUUM FULL orders;
-- safe
-- rehearse: no-transaction
VACUUM orders;
