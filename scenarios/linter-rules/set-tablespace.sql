-- rule: SET ACCESS METHOD, SET TABLESPACE
-- warned: MigrationPilot MP095, pgrubic US017 US018 US023 US024
-- why: Needs a second tablespace, which the server of a rehearsal does not have; the rewrite is that of vacuum-full (TAB-05 of the lock table).
-- bad
ALTER TABLE orders SET TABLESPACE pg_default;
