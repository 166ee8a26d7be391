-- rule: ON DELETE CASCADE
-- warned: Bytebase disallow_on_del_cascade, pgrubic CT001 CT002
-- bad
ALTER TABLE lines DROP CONSTRAINT lines_order_id_fkey;
ALTER TABLE lines ADD CONSTRAINT lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE NOT VALID;
