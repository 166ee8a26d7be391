-- rehearse: no-transaction
DO $$
DECLARE
    last bigint := (SELECT coalesce(max(id), 0) FROM orders);
BEGIN
    FOR start IN 0..last BY 1000 LOOP
        UPDATE orders SET currency = 'EUR' WHERE id > start AND id <= start + 1000 AND currency IS NULL;
        COMMIT;
    END LOOP;
END
$$;
