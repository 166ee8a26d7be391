-- atlas:txmode none

-- Each step by itself: the scan of VALIDATE blocks nobody, and SET NOT NULL trusts the constraint instead of a scan of its own.
ALTER TABLE orders ADD CONSTRAINT orders_currency_given CHECK (currency IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_currency_given;
ALTER TABLE orders ALTER COLUMN currency SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_currency_given;
