-- rule: a lock_timeout that is too long, 0, or set too late
-- warned: pgfence lock-timeout-too-long lock-timeout-zero lock-timeout-after-dangerous-statement
-- plan: workload: blockers: [ { longReader: orders, for: 3s } ]
-- bad
SET lock_timeout = '30s';
ALTER TABLE orders ADD COLUMN channel text;
