-- rule: ADD FOREIGN KEY without NOT VALID
-- warned: squawk adding-foreign-key-constraint, Eugene E1, strong_migrations add_foreign_key, online_migrations add_foreign_key, pgfence add-constraint-fk-no-not-valid, MigrationPilot MP005, diesel-guard add_foreign_key, Bytebase add_fk_not_valid, GitLab, Braintree, GoCardless, pgrubic US012
-- plan: data: keeps: { table: orders, constraint: foreign key (customer_id) references customers (id) }
-- bad
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers;
-- safe
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
-- then
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fk;
