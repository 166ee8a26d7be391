-- rule: CREATE INDEX without CONCURRENTLY on a table of the same migration
-- warned: pgrubic US016, sonar-postgres concurrently
-- why: Nobody can wait for a table that is not committed yet.
-- bad
CREATE TABLE parcels (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text);
CREATE INDEX parcels_code_idx ON parcels (code);
