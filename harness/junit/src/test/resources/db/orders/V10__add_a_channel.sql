ALTER TABLE orders ADD COLUMN channel smallint;
