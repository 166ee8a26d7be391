-- rule: row level security without a policy
-- warned: MigrationPilot MP057 MP079, Supabase 0008
-- schema
CREATE ROLE shop_app LOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shop_app;
-- bad
ALTER TABLE lines ENABLE ROW LEVEL SECURITY;
-- safe
ALTER TABLE lines ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_of_it ON lines USING (true);
