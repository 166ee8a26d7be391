-- rule: CREATE TRIGGER
-- warned: pgfence create-trigger, MigrationPilot MP090
-- plan: workload: blockers: [ { openWriter: orders, for: 3s } ]
-- bad
CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER mark BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION mark();
-- safe
-- migration: lockTimeout: 50ms, retries: 60
CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER mark BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION mark();
