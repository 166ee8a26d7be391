-- rule: a new table whose key is an integer
-- warned: squawk prefer-bigint-over-int prefer-bigint-over-smallint, online_migrations short_primary_key_type, pgfence prefer-bigint-over-int, MigrationPilot MP038 MP068, diesel-guard short_int_primary_key, pgrubic TP009
-- bad
CREATE TABLE parcels (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text);
-- safe
CREATE TABLE parcels (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text);
