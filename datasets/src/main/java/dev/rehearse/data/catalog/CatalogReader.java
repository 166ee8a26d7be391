package dev.rehearse.data.catalog;

import dev.rehearse.data.DatasetException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the user tables from pg_catalog, which unlike information_schema hides nothing from roles that own no table.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalogs.html">System catalogs</a>
 */
public final class CatalogReader {

    /** Tables of people: no system schema, no table of an extension, nothing temporary, partitions through their root. */
    private static final String USER_TABLES = """
            WITH RECURSIVE user_tables AS (
              SELECT c.oid, n.nspname, c.relname, c.relkind
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
                AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rehearse', 'rehearse_filling')
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
            """;

    /** With their partitions, every one under its root. */
    private static final String PARTITION_TREE = USER_TABLES + """
            , tree AS (
              SELECT oid AS root, oid FROM user_tables
              UNION ALL
              SELECT tree.root, c.oid FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid
              JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition)
            """;

    private static final Set<String> RANGES = Set.of("tsrange", "tstzrange", "daterange");

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
        Map<Long, List<Column>> columns = readColumns(TypeCatalog.read(connection));
        Map<Long, List<UniqueKey>> keys = readKeys(columns);
        Map<Long, List<ForeignKey>> foreignKeys = readForeignKeys();
        Map<Long, List<Table.Computed>> computed = readComputed(columns);
        Map<Long, List<Partition>> partitions = readPartitions();
        Map<Long, List<CheckConstraint>> checks = readChecks(columns, computed, partitions);
        List<Table> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(USER_TABLES
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
                WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid
                  AND d.refobjsubid > 0 AND i.indexprs IS NOT NULL""");
        Map<Long, List<Column>> columns = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(USER_TABLES + """
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

    /** Generated columns, and expressions and conditions of indexes. */
    private Map<Long, List<Table.Computed>> readComputed(Map<Long, List<Column>> columns) throws SQLException {
        Map<Long, List<Table.Computed>> computed = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(USER_TABLES + """
                        SELECT a.attrelid AS oid, a.attnum AS number, a.attname AS name, pg_get_expr(f.adbin, f.adrelid) AS expression
                        FROM user_tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attgenerated <> '' AND NOT a.attisdropped
                        JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
                        UNION ALL
                        SELECT i.indrelid, 0, c.relname, pg_get_indexdef(c.oid, place, false)
                        FROM user_tables t JOIN pg_index i ON i.indrelid = t.oid AND i.indexprs IS NOT NULL AND i.indislive
                        JOIN pg_class c ON c.oid = i.indexrelid
                        CROSS JOIN LATERAL generate_series(1, i.indnkeyatts) place WHERE i.indkey[place - 1] = 0
                        UNION ALL
                        SELECT i.indrelid, 0, c.relname, pg_get_expr(i.indpred, i.indrelid)
                        FROM user_tables t JOIN pg_index i ON i.indrelid = t.oid AND i.indpred IS NOT NULL AND i.indislive
                        JOIN pg_class c ON c.oid = i.indexrelid
                        ORDER BY oid, number DESC, name, expression""")) {
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
                known.add(new Table.Computed(r.getInt("number"), r.getString("name"), expression, List.copyOf(read)));
            }
        }
        return computed;
    }

    /**
     * Those of single partitions too, which then hold in all. An index depends on the columns of its predicate too; only those that its expressions name belong to the key. Of an exclusion
     * constraint the plain columns count whose values conflict when they are equal or overlap.
     */
    private Map<Long, List<UniqueKey>> readKeys(Map<Long, List<Column>> columns) throws SQLException {
        Map<Long, List<UniqueKey>> keys = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(PARTITION_TREE + """
                        SELECT k.*, ARRAY(SELECT coalesce(ra.attnum, 0) FROM unnest(k.key) WITH ORDINALITY AS n (number, place)
                                          LEFT JOIN pg_attribute a ON a.attrelid = k.indrelid AND a.attnum = n.number
                                          LEFT JOIN pg_attribute ra ON ra.attrelid = k.root AND ra.attname = a.attname
                                          ORDER BY n.place) AS numbers
                        FROM (
                        SELECT t.root, i.indrelid, c.relname, i.indisprimary AND t.root = t.oid AS indisprimary,
                               pg_get_expr(i.indpred, i.indrelid) AS predicate, i.indisexclusion,
                               ARRAY(SELECT pg_get_indexdef(c.oid, place, false) FROM generate_series(1, i.indnkeyatts) place
                                     WHERE i.indisexclusion AND i.indkey[place - 1] = 0) AS expressions,
                               ARRAY(SELECT pg_get_indexdef(c.oid, place, false) FROM generate_series(1, i.indnkeyatts) place
                                     WHERE NOT i.indisexclusion AND EXISTS (
                                       SELECT FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) AS n (number)
                                       LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = n.number AND n.number > 0
                                       WHERE n.number = 0 OR a.attgenerated <> '')
                                     ORDER BY place) AS elements,
                               coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_equal,
                               CASE WHEN i.indisexclusion THEN
                                 ARRAY(SELECT k.number
                                       FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k (number, place)
                                       JOIN pg_constraint x ON x.conindid = c.oid AND x.contype = 'x'
                                       JOIN LATERAL unnest(x.conexclop) WITH ORDINALITY AS o (oid, place) ON o.place = k.place
                                       JOIN pg_operator p ON p.oid = o.oid AND p.oprname <> '<>'
                                       ORDER BY k.place)
                               ELSE (i.indkey::int2[])[0:i.indnkeyatts - 1]
                                 || ARRAY(SELECT a.attnum FROM pg_attribute g
                                          JOIN pg_attrdef f ON f.adrelid = g.attrelid AND f.adnum = g.attnum
                                          JOIN pg_attribute a ON a.attrelid = g.attrelid AND a.attnum > 0 AND a.attgenerated = ''
                                           AND position(quote_ident(a.attname) IN pg_get_expr(f.adbin, f.adrelid)) > 0
                                          WHERE g.attrelid = i.indrelid AND g.attgenerated <> ''
                                            AND g.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                                            AND EXISTS (SELECT FROM pg_depend d WHERE d.classid IN ('pg_class'::regclass, 'pg_attrdef'::regclass)
                                                        AND (d.objid, d.objsubid) IN ((f.oid, 0), (g.attrelid, g.attnum))
                                                        AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum)
                                          ORDER BY a.attnum)
                                 || ARRAY(SELECT d.refobjsubid::int2 FROM pg_depend d
                                          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = d.refobjsubid
                                           AND position(quote_ident(a.attname) IN pg_get_expr(i.indexprs, i.indrelid)) > 0
                                          WHERE i.indexprs IS NOT NULL AND d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                                            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid > 0
                                          ORDER BY d.refobjsubid) END AS key
                        FROM tree t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class c ON c.oid = i.indexrelid
                        WHERE (i.indisunique OR i.indisexclusion) AND i.indislive
                          AND (t.root = t.oid OR NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid))
                        ) k ORDER BY k.root, k.indisprimary DESC, k.root <> k.indrelid, k.relname""")) {
            Set<List<Object>> seen = new HashSet<>();
            while (r.next()) {
                List<Column> ofTable = columns.getOrDefault(r.getLong("root"), List.of());
                List<Integer> numbers = new ArrayList<>(numbers(r.getArray("numbers")));
                UniqueKey.@Nullable Period period = period(strings(r.getArray("expressions")), ofTable);
                if (period != null) {
                    numbers.add(period.starts());
                }
                UniqueKey key = new UniqueKey(
                        r.getString("relname"),
                        numbers.stream()
                                .filter(number -> ofTable.stream().anyMatch(column -> column.number() == number))
                                .distinct()
                                .toList(),
                        r.getBoolean("indisprimary"),
                        r.getString("predicate"),
                        r.getBoolean("indisexclusion"),
                        r.getBoolean("nulls_equal"),
                        strings(r.getArray("elements")),
                        period);
                // Each of many partitions may have one that says the same.
                if (seen.add(List.of(
                        r.getLong("root"),
                        key.columns(),
                        key.elements(),
                        String.valueOf(key.predicate()),
                        key.exclusion(),
                        key.primary(),
                        key.nullsEqual(),
                        String.valueOf(period)))) {
                    keys.computeIfAbsent(r.getLong("root"), table -> new ArrayList<>())
                            .add(key);
                }
            }
        }
        return keys;
    }

    /** The columns of the first expression such as {@code tstzrange(starts, ends)}. */
    private static UniqueKey.@Nullable Period period(List<String> expressions, List<Column> columns) {
        for (String text : expressions) {
            if (ExpressionParser.parse(text).orElse(null) instanceof Expression.Call call
                    && RANGES.contains(call.function())
                    && call.arguments().size() >= 2
                    && call.arguments().get(0) instanceof Expression.ColumnRef starts
                    && call.arguments().get(1) instanceof Expression.ColumnRef ends) {
                int first = numberOf(starts.name(), columns);
                int second = numberOf(ends.name(), columns);
                if (first > 0 && second > 0) {
                    return new UniqueKey.Period(first, second);
                }
            }
        }
        return null;
    }

    private static int numberOf(String name, List<Column> columns) {
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .map(Column::number)
                .orElse(0);
    }

    /** Those of single partitions too, which then hold in all. */
    private Map<Long, List<ForeignKey>> readForeignKeys() throws SQLException {
        Map<Long, List<ForeignKey>> foreignKeys = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(facts.answer("foreign keys", USER_TABLES + """
                        SELECT k.oid, k.conname, own.root AS conrelid, others.root AS confrelid, own.key AS conkey, others.key AS confkey,
                               k.confmatchtype, CASE WHEN others.root <> k.confrelid THEN k.confrelid ELSE 0 END AS partition,
                               own.root IN (SELECT oid FROM user_tables) AND others.root IN (SELECT oid FROM user_tables) AS known,
                               k.conrelid::regclass::text AS table_name
                        FROM pg_constraint k
                        CROSS JOIN LATERAL (SELECT coalesce(pg_partition_root(k.conrelid)::oid, k.conrelid) AS root) top
                        CROSS JOIN LATERAL (
                          SELECT top.root, ARRAY(SELECT ra.attnum FROM unnest(k.conkey) WITH ORDINALITY AS n (number, place)
                                                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.number
                                                 JOIN pg_attribute ra ON ra.attrelid = top.root AND ra.attname = a.attname
                                                 ORDER BY n.place) AS key) own
                        CROSS JOIN LATERAL (SELECT coalesce(pg_partition_root(k.confrelid)::oid, k.confrelid) AS root) parent
                        CROSS JOIN LATERAL (
                          SELECT parent.root, ARRAY(SELECT ra.attnum FROM unnest(k.confkey) WITH ORDINALITY AS n (number, place)
                                                    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.number
                                                    JOIN pg_attribute ra ON ra.attrelid = parent.root AND ra.attname = a.attname
                                                    ORDER BY n.place) AS key) others
                        WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY own.root, k.conname"""))) {
            Set<List<Object>> seen = new HashSet<>();
            while (r.next()) {
                if (!r.getBoolean("known")) {
                    notes.add(
                            "Foreign key " + r.getString("conname") + " of " + r.getString("table_name")
                                    + " points at a table of an extension or belongs to one; rows were made without regard to it.");
                    continue;
                }
                if (!seen.add(List.of(
                        r.getLong("conrelid"),
                        r.getLong("confrelid"),
                        numbers(r.getArray("conkey")),
                        numbers(r.getArray("confkey")),
                        r.getLong("partition")))) {
                    continue;
                }
                foreignKeys
                        .computeIfAbsent(r.getLong("conrelid"), table -> new ArrayList<>())
                        .add(new ForeignKey(
                                r.getLong("oid"),
                                r.getString("conname"),
                                r.getLong("conrelid"),
                                r.getLong("confrelid"),
                                numbers(r.getArray("conkey")),
                                numbers(r.getArray("confkey")),
                                r.getString("confmatchtype").equals("f"),
                                r.getLong("partition")));
            }
        }
        return foreignKeys;
    }

    /**
     * Those of single partitions too, except for those over its key, which repeat the bounds. What not every partition asks for holds where
     * a row lies in the partition.
     */
    private Map<Long, List<CheckConstraint>> readChecks(
            Map<Long, List<Column>> columnsOf,
            Map<Long, List<Table.Computed>> computed,
            Map<Long, List<Partition>> partitions)
            throws SQLException {
        Map<Long, List<CheckConstraint>> checks = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(PARTITION_TREE + """
                        SELECT tree.root AS conrelid, k.conname, pg_get_expr(k.conbin, k.conrelid) AS expression, own.key,
                               CASE WHEN tree.root <> tree.oid THEN pg_get_partition_constraintdef(tree.oid) END AS bounds,
                               count(*) OVER (PARTITION BY tree.root, pg_get_expr(k.conbin, k.conrelid)) AS sayers
                        FROM tree JOIN pg_constraint k ON k.conrelid = tree.oid
                        CROSS JOIN LATERAL (
                          SELECT ARRAY(SELECT ra.attnum FROM unnest(k.conkey) AS n (number)
                                       JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.number
                                       JOIN pg_attribute ra ON ra.attrelid = tree.root AND ra.attname = a.attname
                                       ORDER BY ra.attnum) AS key) own
                        LEFT JOIN pg_partitioned_table p ON p.partrelid = tree.root
                        WHERE k.contype = 'c'
                          AND (tree.root = tree.oid OR k.coninhcount = 0 AND NOT own.key <@ p.partattrs::int2[])
                        ORDER BY tree.root, k.conname""")) {
            while (r.next()) {
                // What is asked of a generated column is asked of those that it is computed from.
                List<Table.Computed> generated = computed.getOrDefault(r.getLong("conrelid"), List.of());
                List<Integer> columns = numbers(r.getArray("key")).stream()
                        .flatMap(number -> generated.stream()
                                .filter(each -> each.isColumn() && each.number() == number)
                                .findFirst()
                                .map(Table.Computed::columns)
                                .orElse(List.of(number))
                                .stream())
                        .distinct()
                        .sorted()
                        .toList();
                List<CheckConstraint> known = checks.computeIfAbsent(r.getLong("conrelid"), table -> new ArrayList<>());
                String bounds = r.getString("bounds");
                long leaves = partitions
                        .getOrDefault(r.getLong("conrelid"), List.of())
                        .size();
                if (bounds == null || r.getLong("sayers") >= leaves) {
                    known.add(new CheckConstraint(r.getString("conname"), r.getString("expression"), columns));
                } else {
                    Set<Integer> read = new TreeSet<>(columns);
                    columnsOf.getOrDefault(r.getLong("conrelid"), List.of()).stream()
                            .filter(column -> Sql.mentions(bounds, column.name()))
                            .forEach(column -> read.add(column.number()));
                    known.add(new CheckConstraint(
                            r.getString("conname"),
                            "((" + bounds + ") IS NOT TRUE OR (" + r.getString("expression") + "))",
                            List.copyOf(read)));
                }
            }
        }
        return checks;
    }

    private Map<Long, List<Partition>> readPartitions() throws SQLException {
        Map<Long, List<Partition>> partitions = new HashMap<>();
        Map<Long, List<Partition.Bound>> boundsOf = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(USER_TABLES + """
                        , tree AS (
                          SELECT t.oid AS root, t.oid AS parent, i.inhrelid AS oid, 1 AS level
                          FROM user_tables t JOIN pg_inherits i ON i.inhparent = t.oid WHERE t.relkind = 'p'
                          UNION ALL
                          SELECT tree.root, tree.oid, i.inhrelid, tree.level + 1 FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid)
                        SELECT tree.root, tree.parent, tree.oid, c.relname, c.relkind, p.partstrat,
                               ARRAY(SELECT coalesce(ra.attnum, 0) FROM unnest(p.partattrs::int2[]) WITH ORDINALITY AS k (number, place)
                                     LEFT JOIN pg_attribute pa ON pa.attrelid = tree.parent AND pa.attnum = k.number AND k.number > 0
                                     LEFT JOIN pg_attribute ra ON ra.attrelid = tree.root AND ra.attname = pa.attname
                                     ORDER BY k.place) AS key,
                               pg_get_expr(c.relpartbound, c.oid) AS bound,
                               coalesce(pg_get_partition_constraintdef(c.oid), 'true') AS condition
                        FROM tree JOIN pg_class c ON c.oid = tree.oid JOIN pg_partitioned_table p ON p.partrelid = tree.parent
                        ORDER BY tree.level, c.relname""")) {
            while (r.next()) {
                List<Partition.Bound> bounds = new ArrayList<>(boundsOf.getOrDefault(r.getLong("parent"), List.of()));
                bounds.add(new Partition.Bound(
                        r.getString("partstrat").charAt(0), numbers(r.getArray("key")), r.getString("bound")));
                if (r.getString("relkind").equals("p")) {
                    boundsOf.put(r.getLong("oid"), bounds);
                } else {
                    partitions
                            .computeIfAbsent(r.getLong("root"), root -> new ArrayList<>())
                            .add(new Partition(
                                    r.getLong("oid"),
                                    r.getString("relname"),
                                    List.copyOf(bounds),
                                    r.getString("condition")));
                }
            }
        }
        return partitions;
    }

    private static List<String> strings(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    private static List<Integer> numbers(Array array) throws SQLException {
        return Arrays.stream((Object[]) array.getArray())
                .map(number -> ((Number) number).intValue())
                .toList();
    }
}
