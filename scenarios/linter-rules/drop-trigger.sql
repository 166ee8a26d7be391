-- rule: DROP TRIGGER
-- warned: pgfence drop-trigger
-- schema
CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER mark BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION mark();
-- bad
DROP TRIGGER mark ON orders;
