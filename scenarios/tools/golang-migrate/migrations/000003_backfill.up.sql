-- The only statement of its file, so that it may commit: each batch holds its row locks for a moment only.
DO $$
DECLARE
    last bigint := (SELECT max(id) FROM orders);
BEGIN
    FOR start IN 0 .. coalesce(last, 0) BY 1000 LOOP
        UPDATE orders SET currency = 'EUR' WHERE id > start AND id <= start + 1000 AND currency IS NULL;
        COMMIT;
    END LOOP;
END
$$;
