-- rule: the only policy of a table that goes
-- warned: pg-schema-diff AUTHZ_UPDATE
-- schema
CREATE ROLE shop_app LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shop_app;
ALTER TABLE lines ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_of_it ON lines USING (true);
-- bad
DROP POLICY all_of_it ON lines;
