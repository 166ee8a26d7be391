-- rule: a constraint that is NOT ENFORCED
-- warned: MigrationPilot MP082
-- from: 18
-- why: It refuses nothing and reads nothing, which is what was asked for.
-- bad
ALTER TABLE orders ADD CONSTRAINT orders_code_check CHECK (code !~ '(qzj){2}') NOT ENFORCED;
