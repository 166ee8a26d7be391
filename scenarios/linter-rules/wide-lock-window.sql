-- rule: several tables locked in one transaction, behind a long reader of the last
-- warned: pgfence wide-lock-window, MigrationPilot MP008, Braintree, GitLab
-- plan: workload: blockers: [ { longReader: lines, for: 3s } ]
-- bad
ALTER TABLE orders ADD COLUMN a integer;
ALTER TABLE customers ADD COLUMN a integer;
ALTER TABLE lines ADD COLUMN a integer;
-- safe
-- migration: lockTimeout: 50ms, retries: 60
ALTER TABLE orders ADD COLUMN a integer;
-- then
ALTER TABLE customers ADD COLUMN a integer;
-- then
ALTER TABLE lines ADD COLUMN a integer;
