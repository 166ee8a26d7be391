package dev.rehearse.data.catalog;

/** How queries of the catalog begin, so that they look at the same tables. */
final class UserTables {

    /** Tables of people: no system schema, no table of an extension, nothing temporary, partitions through their root. */
    static final String WITH = """
            WITH RECURSIVE user_tables AS (
              SELECT c.oid, n.nspname, c.relname, c.relkind
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
                AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rehearse', 'rehearse_filling')
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
            """;

    /** With their partitions, every one under its root. */
    static final String WITH_PARTITIONS = WITH + """
            , tree AS (
              SELECT oid AS root, oid FROM user_tables
              UNION ALL
              SELECT tree.root, c.oid FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid
              JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition)
            """;

    private UserTables() {}
}
