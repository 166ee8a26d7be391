-- migrate:up
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD COLUMN total text;

-- migrate:down
ALTER TABLE orders DROP COLUMN note;
