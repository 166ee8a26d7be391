-- rule: a new table whose key is a smallint
-- warned: squawk prefer-bigint-over-smallint, online_migrations short_primary_key_type, diesel-guard short_int_primary_key, pgrubic TP010
-- bad
CREATE TABLE parcels (id smallserial PRIMARY KEY, code text);
-- safe
CREATE TABLE parcels (id bigserial PRIMARY KEY, code text);
