-- Rewrites the table while nobody can read it.
ALTER TABLE orders ALTER COLUMN total TYPE double precision;
