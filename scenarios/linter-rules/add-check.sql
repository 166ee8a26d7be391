-- rule: ADD CHECK without NOT VALID
-- warned: squawk constraint-missing-not-valid, Eugene E1, strong_migrations add_check_constraint, online_migrations add_check_constraint, pgfence add-constraint-check-no-not-valid, MigrationPilot MP030, diesel-guard add_check_constraint, Bytebase add_check_not_valid, Braintree, GitLab, pgrubic US013
-- plan: data: rows: { orders: 1_000_000 }
-- bad
ALTER TABLE orders ADD CONSTRAINT orders_code_check CHECK (code !~ '(qzj){2}');
-- safe
ALTER TABLE orders ADD CONSTRAINT orders_code_check CHECK (code !~ '(qzj){2}') NOT VALID;
-- then
ALTER TABLE orders VALIDATE CONSTRAINT orders_code_check;
