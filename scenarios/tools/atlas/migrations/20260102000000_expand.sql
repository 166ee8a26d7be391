-- New rows get the default at once; the rows that are there stay null until the backfill.
ALTER TABLE orders ADD COLUMN currency text;
ALTER TABLE orders ALTER COLUMN currency SET DEFAULT 'EUR';
