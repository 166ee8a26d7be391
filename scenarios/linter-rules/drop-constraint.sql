-- rule: DROP CONSTRAINT
-- warned: pgfence drop-constraint, Atlas CD101, Bytebase migration_compatibility, pgrubic CT004
-- why: It refuses nothing from then on: what the application of today writes it took already. That foreign keys act on DELETE no more is told (OLD_APPLICATION).
-- bad
ALTER TABLE lines DROP CONSTRAINT lines_order_id_fkey;
