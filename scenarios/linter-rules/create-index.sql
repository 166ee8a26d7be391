-- rule: CREATE INDEX without CONCURRENTLY
-- warned: squawk require-concurrent-index-creation, Eugene E6, strong_migrations add_index, online_migrations add_index, safe-pg-migrations, django-pg-zero-downtime-migrations, django-migration-linter CREATE_INDEX, pgfence create-index-not-concurrent, MigrationPilot MP001, diesel-guard add_index, Atlas PG101, Bytebase index_create_concurrently, pg-schema-diff ACQUIRES_SHARE_LOCK, GitLab, Braintree, pgrubic US016
-- bad
CREATE INDEX orders_code_idx ON orders (code);
-- safe
-- rehearse: no-transaction
CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);
