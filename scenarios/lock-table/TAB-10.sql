-- TAB-10: Views

-- case: CREATE OR REPLACE VIEW
-- setup
create view shown as select id from t;
-- migration
create or replace view shown as select id, n from t;

-- case: DROP VIEW
-- setup
create view shown as select id from t;
-- migration
drop view shown;
