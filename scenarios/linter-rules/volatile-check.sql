-- rule: a CHECK with a volatile function
-- warned: MigrationPilot MP087
-- bad
ALTER TABLE lines ADD CONSTRAINT lines_check CHECK (amount < extract(epoch FROM clock_timestamp())) NOT VALID;
