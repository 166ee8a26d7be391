-- TAB-11: REFRESH MATERIALIZED VIEW

-- case: REFRESH
-- setup
create materialized view shown as select id, n from t;
create unique index shown_key on shown (id);
-- migration
refresh materialized view shown;

-- case: CONCURRENTLY
-- setup
create materialized view shown as select id, n from t;
create unique index shown_key on shown (id);
-- migration
refresh materialized view concurrently shown;
