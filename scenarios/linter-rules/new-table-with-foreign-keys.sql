-- rule: a new table that refers to several others, in one transaction
-- warned: online_migrations multiple_foreign_keys, MigrationPilot MP069, GitLab
-- plan: workload: blockers: [ { openWriter: orders, for: 2s } ]
-- bad
CREATE TABLE parcels (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint REFERENCES customers, order_id integer REFERENCES orders);
-- safe
-- migration: lockTimeout: 50ms, retries: 60
CREATE TABLE parcels (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint, order_id integer);
-- then
ALTER TABLE parcels ADD CONSTRAINT parcels_customer_fk FOREIGN KEY (customer_id) REFERENCES customers;
-- then
ALTER TABLE parcels ADD CONSTRAINT parcels_order_fk FOREIGN KEY (order_id) REFERENCES orders;
