-- rule: SET NOT NULL where rows hold NULL; the recommended one is a first batch of filling them, after which NOT NULL comes as in `set-not-null`
-- warned: Atlas MF104, MigrationPilot MP018
-- bad
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
-- safe
UPDATE orders SET code = '' WHERE code IS NULL AND id % 10 = 0;
