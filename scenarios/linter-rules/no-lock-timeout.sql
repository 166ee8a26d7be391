-- rule: no lock_timeout, behind a long reader
-- warned: squawk require-lock-timeout require-timeout-settings, Eugene E9, pgfence missing-lock-timeout, MigrationPilot MP004, strong_migrations, safe-pg-migrations, django-pg-zero-downtime-migrations, GitLab, Braintree, GoCardless
-- plan: workload: blockers: [ { longReader: orders, for: 3s } ]
-- bad
ALTER TABLE orders ADD COLUMN channel text;
-- safe
-- migration: lockTimeout: 50ms, retries: 60
ALTER TABLE orders ADD COLUMN channel text;
