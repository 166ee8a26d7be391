--liquibase formatted sql

--changeset shop:backfill runInTransaction:false splitStatements:false
--comment: Each batch commits by itself and holds its row locks for a moment only.
DO $$
DECLARE
    last bigint := (SELECT coalesce(max(id), 0) FROM orders);
BEGIN
    FOR batch IN 0 .. last / 1000 LOOP
        UPDATE orders SET currency = 'EUR'
        WHERE id > batch * 1000 AND id <= (batch + 1) * 1000 AND currency IS NULL;
        COMMIT;
    END LOOP;
END $$;
--rollback not required
