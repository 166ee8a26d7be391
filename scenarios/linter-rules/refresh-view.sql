-- rule: REFRESH MATERIALIZED VIEW without CONCURRENTLY
-- warned: pgfence refresh-matview-blocking, MigrationPilot MP033, diesel-guard refresh_matview, pgrubic US028
-- schema
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total, count(*) AS orders FROM orders GROUP BY customer_id;
CREATE UNIQUE INDEX totals_key ON totals (customer_id);
-- plan: data: rows: { orders: 1_000_000 }
-- why: These rows are refreshed within the limit; its ACCESS EXCLUSIVE lock lasts as long as the query (TAB-11).
-- bad
REFRESH MATERIALIZED VIEW totals;
-- safe
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
