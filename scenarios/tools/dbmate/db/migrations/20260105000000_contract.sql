-- migrate:up transaction:false
-- Each step by itself: the scan of VALIDATE blocks nobody, and SET NOT NULL trusts the constraint instead of a scan of its own.
DO $$
BEGIN
    ALTER TABLE orders ADD CONSTRAINT orders_currency_given CHECK (currency IS NOT NULL) NOT VALID;
    COMMIT;
    ALTER TABLE orders VALIDATE CONSTRAINT orders_currency_given;
    COMMIT;
    ALTER TABLE orders ALTER COLUMN currency SET NOT NULL;
    COMMIT;
    ALTER TABLE orders DROP CONSTRAINT orders_currency_given;
END
$$;

-- migrate:down
ALTER TABLE orders ALTER COLUMN currency DROP NOT NULL;
