-- rule: char(n) in the place of varchar(n)
-- warned: squawk ban-char-field, pgfence ban-char-field, diesel-guard char_type, MigrationPilot MP041, PostgreSQL wiki
-- bad
ALTER TABLE orders ALTER COLUMN status TYPE char(20);
