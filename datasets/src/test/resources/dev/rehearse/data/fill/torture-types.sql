-- Every built-in type and its arrays: in a column, in one that must not be NULL, and as a key where the type has an order.
CREATE SCHEMA types;
DO $$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        WITH plain AS (
            SELECT t.oid, t.typname, t.typarray, format_type(t.oid, NULL) AS name,
                   EXISTS (SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
                           WHERE m.amname = 'btree' AND o.opcdefault AND o.opcintype = t.oid) AS ordered
            FROM pg_type t
            WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype IN ('b', 'r', 'm') AND t.typcategory NOT IN ('A', 'Z', 'P')
              AND t.typname NOT IN ('gtsvector', 'pg_node_tree', 'pg_ndistinct', 'pg_dependencies', 'pg_mcv_list', 'pg_ddl_command')
              AND t.typname NOT LIKE 'pg\_brin%')
        SELECT format('CREATE TABLE types.%I (%s)', kind, columns) FROM (
            SELECT 'nullable' AS kind, string_agg(format('%I %s, %I %s[]', typname, name, typname || '_array', name), ', ') AS columns FROM plain
            UNION ALL
            SELECT 'required', string_agg(format('%I %s NOT NULL, %I %s[] NOT NULL', typname, name, typname || '_array', name), ', ') FROM plain
            UNION ALL
            SELECT 'key_' || typname, format('k %s PRIMARY KEY, a %s[] UNIQUE', name, name) FROM plain WHERE ordered) t
    LOOP
        EXECUTE statement;
    END LOOP;
END $$;
