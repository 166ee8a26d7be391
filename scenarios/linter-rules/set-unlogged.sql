-- rule: SET UNLOGGED and SET LOGGED
-- warned: pgfence set-logged-unlogged, MigrationPilot MP047, pgrubic GN020
-- bad
ALTER TABLE lines SET UNLOGGED;
