-- rule: an index dropped that queries use
-- warned: pg-schema-diff INDEX_DROPPED, online_migrations replace_index
-- bad
-- rehearse: no-transaction
DROP INDEX CONCURRENTLY lines_order_idx;
-- safe
-- rehearse: no-transaction
CREATE INDEX CONCURRENTLY lines_order_amount_idx ON lines (order_id, amount);
DROP INDEX CONCURRENTLY lines_order_idx;
