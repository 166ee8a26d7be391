-- rule: RENAME COLUMN
-- warned: squawk renaming-column, strong_migrations rename_column, online_migrations rename_column, django-migration-linter RENAME_COLUMN, pgfence rename-column, MigrationPilot MP010 MP071, diesel-guard rename_column, Atlas BC102, Bytebase migration_compatibility, GitLab, Braintree, pgrubic US003
-- bad
ALTER TABLE orders RENAME COLUMN code TO reference;
-- safe
ALTER TABLE orders ADD COLUMN reference text;
CREATE FUNCTION orders_reference() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.reference := NEW.code; RETURN NEW; END $$;
CREATE TRIGGER orders_reference BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION orders_reference();
