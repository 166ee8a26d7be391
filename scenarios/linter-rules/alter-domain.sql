-- rule: ALTER DOMAIN ... ADD CONSTRAINT
-- warned: squawk ban-alter-domain-with-add-constraint, pgfence ban-alter-domain-add-constraint, diesel-guard add_domain_check_constraint, MigrationPilot MP043
-- schema
CREATE DOMAIN label AS text;
ALTER TABLE orders ALTER COLUMN note TYPE label;
-- bad
ALTER DOMAIN label ADD CONSTRAINT label_check CHECK (VALUE !~ '(qzj){2}');
-- safe
ALTER DOMAIN label ADD CONSTRAINT label_check CHECK (VALUE !~ '(qzj){2}') NOT VALID;
