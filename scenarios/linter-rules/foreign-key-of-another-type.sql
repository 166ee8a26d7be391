-- rule: a foreign key's column that is narrower than the key it refers to
-- warned: online_migrations mismatched_foreign_key_type, active_record_doctor
-- bad
CREATE TABLE parcels (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers);
CREATE INDEX ON parcels (customer_id);
-- safe
CREATE TABLE parcels (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers);
CREATE INDEX ON parcels (customer_id);
