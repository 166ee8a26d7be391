-- rule: ADD COLUMN json
-- warned: Eugene E3, strong_migrations add_column_json, online_migrations add_column_json, pgfence add-column-json, diesel-guard add_json_column, GitLab, pgrubic TP008
-- bad
ALTER TABLE orders ADD COLUMN extra json;
-- safe
ALTER TABLE orders ADD COLUMN extra jsonb;
