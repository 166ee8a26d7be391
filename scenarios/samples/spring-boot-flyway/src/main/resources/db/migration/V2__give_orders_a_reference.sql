-- The default is for new rows; those that are there get their reference in batches, later.
SET lock_timeout = '300ms';
ALTER TABLE orders ADD COLUMN reference uuid;
ALTER TABLE orders ALTER COLUMN reference SET DEFAULT gen_random_uuid();
