-- rule: a NOT VALID constraint that nobody validates
-- warned: GitLab
-- bad
ALTER TABLE orders ADD CONSTRAINT orders_code_check CHECK (code !~ '(qzj){2}') NOT VALID;
-- safe
ALTER TABLE orders ADD CONSTRAINT orders_code_check CHECK (code !~ '(qzj){2}') NOT VALID;
-- then
ALTER TABLE orders VALIDATE CONSTRAINT orders_code_check;
