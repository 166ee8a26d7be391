-- rule: DELETE without WHERE
-- warned: pgfence delete-without-where, MigrationPilot MP067, diesel-guard mutation_without_where, Bytebase where_required, pgrubic GN023
-- bad
DELETE FROM lines;
