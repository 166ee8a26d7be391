-- rule: NOT VALID and VALIDATE in one transaction
-- warned: pgfence not-valid-validate-same-tx, strong_migrations validate_check_constraint, online_migrations validate_constraint, Eugene E4
-- bad
ALTER TABLE orders ADD CONSTRAINT orders_code_check CHECK (code !~ '(qzj){2}') NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_code_check;
-- safe
ALTER TABLE orders ADD CONSTRAINT orders_code_check CHECK (code !~ '(qzj){2}') NOT VALID;
-- then
ALTER TABLE orders VALIDATE CONSTRAINT orders_code_check;
