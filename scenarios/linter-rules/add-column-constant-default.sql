-- rule: ADD COLUMN with a constant default
-- warned: Bytebase disallow_add_column_with_default, sonar-postgres adding-field-with-default, Braintree (2014), GitLab (before PostgreSQL 11), pgfence add-column-constant-default
-- why: PostgreSQL 11 and later keep the constant in the catalog: no rewrite, whatever the number of rows.
-- bad
ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';
