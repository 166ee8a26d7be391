-- rule: ADD COLUMN json under an application that asks SELECT DISTINCT *
-- warned: Eugene E3, strong_migrations add_column_json
-- plan: workload: before: { name: shop, operations: [ { name: list, parameters: { c: { key: customers.id } }, statements: "SELECT DISTINCT * FROM customers WHERE id BETWEEN :c AND :c + 10" } ] }
-- bad
ALTER TABLE customers ADD COLUMN extra json;
-- safe
ALTER TABLE customers ADD COLUMN extra jsonb;
