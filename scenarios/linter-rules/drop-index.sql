-- rule: DROP INDEX without CONCURRENTLY, behind a long reader
-- warned: squawk require-concurrent-index-deletion, strong_migrations remove_index, online_migrations remove_index, django-migration-linter DROP_INDEX, pgfence drop-index-not-concurrent, MigrationPilot MP009, diesel-guard drop_index, Atlas PG102, GitLab, Braintree, pgrubic US019
-- plan: workload: blockers: [ { longReader: orders, for: 3s } ]
-- schema
CREATE INDEX orders_status_idx ON orders (status);
-- bad
DROP INDEX orders_status_idx;
-- safe
-- rehearse: no-transaction
DROP INDEX CONCURRENTLY orders_status_idx;
