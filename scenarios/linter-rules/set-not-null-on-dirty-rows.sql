-- rule: SET NOT NULL where rows hold NULL
-- warned: Atlas MF104, MigrationPilot MP018
-- why: Some of the rows are filled here; when all are, NOT NULL comes as in set-not-null.
-- bad
ALTER TABLE orders ALTER COLUMN code SET NOT NULL;
-- safe
UPDATE orders SET code = '' WHERE code IS NULL AND id % 10 = 0;
