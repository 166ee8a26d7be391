-- rule: changes of privileges
-- warned: pg-schema-diff AUTHZ_UPDATE, MigrationPilot MP085 MP091
-- schema
CREATE ROLE shop_app LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shop_app;
-- bad
REVOKE UPDATE ON orders FROM shop_app;
