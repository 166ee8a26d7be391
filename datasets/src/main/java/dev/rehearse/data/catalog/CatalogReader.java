package dev.rehearse.data.catalog;

import dev.rehearse.data.DatasetException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the user tables from pg_catalog, which unlike information_schema hides nothing from roles that own no table.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalogs.html">System catalogs</a>
 */
public final class CatalogReader {

    private final Connection connection;
    private final Facts facts;
    private final List<String> notes;

    public CatalogReader(Connection connection, Facts facts, List<String> notes) {
        this.connection = connection;
        this.facts = facts;
        this.notes = notes;
    }

    /** All user tables, by schema and name. */
    public List<Table> read() throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < 14) {
            throw DatasetException.spec(
                    "The server is PostgreSQL " + version + "; data is made for 14 and newer. Use one of those.");
        }
        Sql.execute(connection, "SET search_path = pg_catalog");
        try {
            List<Table> tables = readTables();
            // Functions of the schema's own, which an index may call, find what they name by the usual path alone.
            Sql.execute(connection, "RESET search_path");
            List<Table> counted = new ArrayList<>();
            for (Table table : tables) {
                counted.add(table.withExistingRows(Sql.queryLong(
                        connection,
                        facts.answer(
                                "rows of " + table.oid(),
                                "SELECT count(*) FROM " + (table.partitioned() ? "" : "ONLY ") + table.quoted()))));
            }
            return counted;
        } finally {
            Sql.execute(connection, "RESET search_path");
        }
    }

    private List<Table> readTables() throws SQLException {
        TypeCatalog types = TypeCatalog.read(connection);
        Map<Long, List<Column>> columns = readColumns(types);
        ConstraintReader constraints = new ConstraintReader(connection, facts, notes);
        Map<Long, List<UniqueKey>> keys = constraints.keys(columns);
        Map<Long, List<ForeignKey>> foreignKeys = constraints.foreignKeys();
        Map<Long, List<Table.Computed>> computed = readComputed(columns, types);
        Map<Long, List<Partition>> partitions = readPartitions();
        Map<Long, List<CheckConstraint>> checks = constraints.checks(columns, computed, partitions);
        List<Table> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(UserTables.WITH
                        + "SELECT oid, nspname, relname, relkind FROM user_tables ORDER BY nspname, relname")) {
            while (r.next()) {
                long oid = r.getLong("oid");
                tables.add(new Table(
                        oid,
                        r.getString("nspname"),
                        r.getString("relname"),
                        r.getString("relkind").equals("p"),
                        withChecksForNull(columns.getOrDefault(oid, List.of()), checks.getOrDefault(oid, List.of())),
                        keys.getOrDefault(oid, List.of()),
                        foreignKeys.getOrDefault(oid, List.of()),
                        checks.getOrDefault(oid, List.of()),
                        partitions.getOrDefault(oid, List.of()),
                        computed.getOrDefault(oid, List.of()),
                        0));
            }
        }
        return tables;
    }

    /** A check may say that a column is not NULL, as where the column itself could not be changed without a scan. */
    private static List<Column> withChecksForNull(List<Column> columns, List<CheckConstraint> checks) {
        Set<String> names = new HashSet<>();
        for (CheckConstraint check : checks) {
            ExpressionParser.parse(check.expression()).ifPresent(condition -> {
                List<Expression> parts = condition instanceof Expression.And and ? and.parts() : List.of(condition);
                for (Expression part : parts) {
                    if (part instanceof Expression.Not not
                            && not.part() instanceof Expression.IsNull isNull
                            && isNull.part() instanceof Expression.ColumnRef ref) {
                        names.add(ref.name());
                    }
                }
            });
        }
        return columns.stream()
                .map(column -> names.contains(column.name()) && column.type().kind() != SqlType.Kind.COMPOSITE
                        ? column.withoutNull()
                        : column)
                .toList();
    }

    private Map<Long, List<Column>> readColumns(TypeCatalog types) throws SQLException {
        Map<String, String> sequences = readSequences();
        Set<String> indexed = readColumnSet(
                "indexed columns",
                "SELECT i.indrelid, k.number FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) AS k (number) WHERE k.number > 0");
        // A generated column's inputs hang on its default in some versions and on the column itself in others.
        Set<String> computedFrom = readColumnSet("columns computed from", """
                SELECT d.refobjid, d.refobjsubid FROM pg_depend d
                JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
                JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum AND a.attgenerated <> ''
                WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = f.adrelid AND d.refobjsubid > 0
                UNION
                SELECT d.refobjid, d.refobjsubid FROM pg_depend d
                JOIN pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid AND a.attgenerated <> ''
                WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                  AND d.refobjid = d.objid AND d.refobjsubid > 0
                UNION
                SELECT d.refobjid, d.refobjsubid FROM pg_depend d JOIN pg_index i ON i.indexrelid = d.objid
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = d.refobjsubid
                  AND position(quote_ident(a.attname) IN pg_get_expr(i.indexprs, i.indrelid)) > 0
                WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid
                  AND d.refobjsubid > 0""");
        Map<Long, List<Column>> columns = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(UserTables.WITH + """
                        SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull,
                               pg_get_expr(f.adbin, f.adrelid) AS default_value
                        FROM user_tables t JOIN pg_attribute a ON a.attrelid = t.oid
                        LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
                        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                        ORDER BY a.attrelid, a.attnum""")) {
            while (r.next()) {
                SqlType type = types.resolve(r.getLong("atttypid"), r.getInt("atttypmod"));
                String place = r.getLong("attrelid") + "." + r.getInt("attnum");
                columns.computeIfAbsent(r.getLong("attrelid"), table -> new ArrayList<>())
                        .add(new Column(
                                r.getInt("attnum"),
                                r.getString("attname"),
                                type,
                                r.getBoolean("attnotnull") || type.notNull(),
                                r.getString("default_value"),
                                sequences.get(place),
                                indexed.contains(place),
                                computedFrom.contains(place)));
            }
        }
        return columns;
    }

    private Set<String> readColumnSet(String name, String sql) throws SQLException {
        Set<String> places = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(facts.answer(name, sql))) {
            while (r.next()) {
                places.add(r.getLong(1) + "." + r.getInt(2));
            }
        }
        return places;
    }

    private Map<String, String> readSequences() throws SQLException {
        Map<String, String> sequences = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("""
                        SELECT d.refobjid, d.refobjsubid, s.oid::regclass::text
                        FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
                        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                          AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
                        UNION
                        SELECT f.adrelid, f.adnum, s.oid::regclass::text
                        FROM pg_attrdef f JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
                        JOIN pg_class s ON d.refclassid = 'pg_class'::regclass AND s.oid = d.refobjid AND s.relkind = 'S'""")) {
            while (r.next()) {
                sequences.put(r.getLong(1) + "." + r.getInt(2), r.getString(3));
            }
        }
        return sequences;
    }

    /** Generated columns, and expressions and conditions of indexes, those too that an earlier part of the filling has dropped. */
    private Map<Long, List<Table.Computed>> readComputed(Map<Long, List<Column>> columns, TypeCatalog types)
            throws SQLException {
        Map<Long, List<Table.Computed>> computed = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(facts.answer("what is computed", UserTables.WITH + """
                        SELECT a.attrelid AS oid, a.attnum AS number, a.attname AS name, pg_get_expr(f.adbin, f.adrelid) AS expression,
                               a.atttypid AS type, a.atttypmod AS modifier, a.attnotnull AS not_null
                        FROM user_tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attgenerated <> '' AND NOT a.attisdropped
                        JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
                        UNION ALL
                        SELECT i.indrelid, 0, c.relname, pg_get_indexdef(c.oid, place, false), a.atttypid, a.atttypmod, false
                        FROM user_tables t JOIN pg_index i ON i.indrelid = t.oid AND i.indexprs IS NOT NULL AND i.indislive
                        JOIN pg_class c ON c.oid = i.indexrelid
                        CROSS JOIN LATERAL generate_series(1, i.indnkeyatts) place
                        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = place WHERE i.indkey[place - 1] = 0
                        UNION ALL
                        SELECT i.indrelid, 0, c.relname, pg_get_expr(i.indpred, i.indrelid), 'boolean'::regtype, -1, false
                        FROM user_tables t JOIN pg_index i ON i.indrelid = t.oid AND i.indpred IS NOT NULL AND i.indislive
                        JOIN pg_class c ON c.oid = i.indexrelid
                        ORDER BY oid, number DESC, name, expression"""))) {
            while (r.next()) {
                String expression = r.getString("expression");
                List<Table.Computed> known = computed.computeIfAbsent(r.getLong("oid"), table -> new ArrayList<>());
                Set<Integer> read = new TreeSet<>();
                columns.getOrDefault(r.getLong("oid"), List.of()).stream()
                        .filter(column -> Sql.mentions(expression, column.name()))
                        .forEach(column -> read.add(column.number()));
                known.stream()
                        .filter(each -> each.isColumn() && Sql.mentions(expression, each.name()))
                        .forEach(each -> read.addAll(each.columns()));
                known.add(new Table.Computed(
                        r.getInt("number"),
                        r.getString("name"),
                        expression,
                        List.copyOf(read),
                        types.resolve(r.getLong("type"), r.getInt("modifier")),
                        r.getBoolean("not_null")));
            }
        }
        return computed;
    }

    private Map<Long, List<Partition>> readPartitions() throws SQLException {
        Map<Long, List<Partition>> partitions = new HashMap<>();
        Map<Long, List<Partition.Bound>> boundsOf = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(UserTables.WITH + """
                        , tree AS (
                          SELECT t.oid AS root, t.oid AS parent, i.inhrelid AS oid, 1 AS level
                          FROM user_tables t JOIN pg_inherits i ON i.inhparent = t.oid WHERE t.relkind = 'p'
                          UNION ALL
                          SELECT tree.root, tree.oid, i.inhrelid, tree.level + 1 FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid)
                        SELECT tree.root, tree.parent, tree.oid, c.relkind, p.partstrat,
                               CASE WHEN c.relnamespace = t.relnamespace THEN '' ELSE n.nspname || '.' END || c.relname AS name,
                               ARRAY(SELECT coalesce(ra.attnum, 0) FROM unnest(p.partattrs::int2[]) WITH ORDINALITY AS k (number, place)
                                     LEFT JOIN pg_attribute pa ON pa.attrelid = tree.parent AND pa.attnum = k.number AND k.number > 0
                                     LEFT JOIN pg_attribute ra ON ra.attrelid = tree.root AND ra.attname = pa.attname
                                     ORDER BY k.place) AS key,
                               pg_get_expr(c.relpartbound, c.oid) AS bound,
                               coalesce(pg_get_partition_constraintdef(c.oid), 'true') AS condition
                        FROM tree JOIN pg_class c ON c.oid = tree.oid JOIN pg_partitioned_table p ON p.partrelid = tree.parent
                        JOIN pg_class t ON t.oid = tree.root JOIN pg_namespace n ON n.oid = c.relnamespace
                        ORDER BY tree.level, c.relname, c.oid""")) {
            while (r.next()) {
                List<Partition.Bound> bounds = new ArrayList<>(boundsOf.getOrDefault(r.getLong("parent"), List.of()));
                bounds.add(new Partition.Bound(
                        r.getLong("oid"),
                        r.getString("partstrat").charAt(0),
                        Sql.numbers(r.getArray("key")),
                        r.getString("bound")));
                if (r.getString("relkind").equals("p")) {
                    boundsOf.put(r.getLong("oid"), bounds);
                } else {
                    partitions
                            .computeIfAbsent(r.getLong("root"), root -> new ArrayList<>())
                            .add(new Partition(
                                    r.getLong("oid"),
                                    r.getString("name"),
                                    List.copyOf(bounds),
                                    r.getString("condition")));
                }
            }
        }
        return partitions;
    }
}
