-- rule: DROP DATABASE
-- warned: squawk ban-drop-database, pgfence drop-database, MigrationPilot MP034, diesel-guard drop_database, pgrubic US008
-- why: The database of the migration itself cannot be dropped (55006). Of another one a rehearsal has nothing: here the linter is the one to ask.
-- bad
-- rehearse: no-transaction
DROP DATABASE postgres;
