-- rule: a change of type that rewrites nothing: varchar to a wider one
-- warned: squawk changing-column-type, django-migration-linter ALTER_COLUMN, Bytebase column_disallow_changing_type, pgfence alter-column-type
-- why: The bytes stay as they are. The only cost is a moment of ACCESS EXCLUSIVE, and of statements that are prepared.
-- bad
ALTER TABLE orders ALTER COLUMN status TYPE varchar(40);
