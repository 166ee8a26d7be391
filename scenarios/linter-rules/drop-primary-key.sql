-- rule: DROP of the primary key
-- warned: diesel-guard drop_primary_key, MigrationPilot MP055, Bytebase table_require_pk
-- schema
ALTER TABLE lines DROP CONSTRAINT lines_order_id_fkey;
-- bad
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
