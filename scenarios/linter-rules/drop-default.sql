-- rule: DROP DEFAULT, or another one
-- warned: strong_migrations change_column_default, online_migrations change_column_default, GitLab
-- schema
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new';
-- bad
ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;
