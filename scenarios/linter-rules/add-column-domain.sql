-- rule: ADD COLUMN of a domain with a constraint
-- warned: squawk ban-create-domain-with-constraint, pgfence ban-create-domain-with-constraint, MigrationPilot MP043
-- bad
CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 100);
ALTER TABLE orders ADD COLUMN discount percent;
-- safe
ALTER TABLE orders ADD COLUMN discount integer;
ALTER TABLE orders ADD CONSTRAINT orders_discount_check CHECK (discount BETWEEN 0 AND 100) NOT VALID;
-- then
ALTER TABLE orders VALIDATE CONSTRAINT orders_discount_check;
