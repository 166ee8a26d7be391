-- rule: timestamp to timestamptz
-- warned: strong_migrations change_column (calls it safe where the time zone is UTC), squawk prefer-timestamptz (asks for it)
-- bad
SET timezone = 'UTC';
ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;
