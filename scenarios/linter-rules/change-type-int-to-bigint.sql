-- rule: a key from integer to bigint
-- warned: squawk prefer-bigint-over-int, GitLab, Basecamp, strong_migrations change_column
-- bad
ALTER TABLE orders ALTER COLUMN id TYPE bigint;
