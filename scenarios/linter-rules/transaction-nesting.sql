-- rule: BEGIN and COMMIT in a script that runs in a transaction already
-- warned: squawk transaction-nesting, Bytebase disallow_commit, flyway
-- why: BEGIN within a transaction is a warning; COMMIT ends the outer one, and what follows commits by itself. The locks show it; nothing is held longer.
-- bad
BEGIN;
ALTER TABLE orders ADD COLUMN a integer;
COMMIT;
ALTER TABLE customers ADD COLUMN a integer;
