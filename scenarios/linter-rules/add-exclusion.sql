-- rule: ADD EXCLUDE
-- warned: Eugene E8, strong_migrations add_exclusion_constraint, online_migrations add_exclusion_constraint, pgfence add-constraint-exclude, MigrationPilot MP031, diesel-guard add_exclude_constraint
-- plan: data: keeps: { table: orders, constraint: unique (code) }
-- bad
ALTER TABLE orders ADD CONSTRAINT orders_code_excl EXCLUDE (code WITH =);
