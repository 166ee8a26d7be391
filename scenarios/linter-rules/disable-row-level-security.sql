-- rule: row level security that is switched off, or a policy that goes
-- warned: pg-schema-diff AUTHZ_UPDATE
-- schema
CREATE ROLE shop_app LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shop_app;
ALTER TABLE lines ENABLE ROW LEVEL SECURITY;
CREATE POLICY some_of_it ON lines USING (amount IS NOT NULL);
-- bad
ALTER TABLE lines DISABLE ROW LEVEL SECURITY;
