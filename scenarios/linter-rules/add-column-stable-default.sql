-- rule: ADD COLUMN with DEFAULT now()
-- warned: pgfence add-column-non-constant-default, Bytebase column_default_disallow_volatile, online_migrations add_timestamps_with_default
-- why: now() is stable, not volatile: it is evaluated once, and kept in the catalog as a constant is.
-- bad
ALTER TABLE orders ADD COLUMN changed timestamptz NOT NULL DEFAULT now();
