-- rule: CLUSTER
-- warned: squawk prefer-repack, MigrationPilot MP032, sonar-postgres cluster, pgrubic US025
-- bad
CLUSTER orders USING orders_placed_idx;
