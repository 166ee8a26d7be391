-- rule: DROP SEQUENCE
-- warned: pg-schema-diff DELETES_DATA
-- schema
CREATE SEQUENCE invoice_numbers;
-- bad
DROP SEQUENCE invoice_numbers;
