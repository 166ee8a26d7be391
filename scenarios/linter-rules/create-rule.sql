-- rule: CREATE RULE
-- warned: PostgreSQL wiki, pgrubic GN002
-- bad
CREATE RULE quiet AS ON INSERT TO lines DO INSTEAD NOTHING;
