-- rule: REINDEX without CONCURRENTLY
-- warned: squawk require-concurrent-reindex, django-migration-linter REINDEX, pgfence reindex-non-concurrent, MigrationPilot MP021, diesel-guard reindex, pgrubic US020
-- bad
REINDEX TABLE orders;
-- safe
-- rehearse: no-transaction
REINDEX TABLE CONCURRENTLY orders;
