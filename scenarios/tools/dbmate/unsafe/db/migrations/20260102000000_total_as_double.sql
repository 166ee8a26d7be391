-- migrate:up
ALTER TABLE orders ALTER COLUMN total TYPE double precision;

-- migrate:down
ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 2);
