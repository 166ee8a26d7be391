-- rule: DROP NOT NULL
-- warned: squawk ban-drop-not-null, pgfence drop-not-null, MigrationPilot MP029, diesel-guard drop_not_null
-- bad
ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;
