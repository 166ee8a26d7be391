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
        // What is written down here concerns no event trigger, whose function may not find its tables by this path
        // either.
        boolean superuser =
                Sql.queryLong(connection, "SELECT rolsuper::int FROM pg_roles WHERE rolname = current_user") == 1;
        if (superuser) {
            Sql.execute(connection, "SET session_replication_role = replica");
        }
        try {
            return readTables();
        } finally {
            Sql.execute(connection, "RESET search_path" + (superuser ? "; RESET session_replication_role" : ""));
        }
    }

    private List<Table> readTables() throws SQLException {
        Map<Long, List<Column>> columns = readColumns(TypeCatalog.read(connection));
        Map<Long, List<UniqueKey>> keys = readKeys(columns);
        Map<Long, List<ForeignKey>> foreignKeys = readForeignKeys();
        Map<Long, List<CheckConstraint>> checks = readChecks();
        Map<Long, List<Partition>> partitions = readPartitions();
        List<Table> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(USER_TABLES
                        + "SELECT oid, nspname, relname, relkind FROM user_tables ORDER BY nspname, relname")) {
            while (r.next()) {
                long oid = r.getLong("oid");
                boolean partitioned = r.getString("relkind").equals("p");
                String quoted = Sql.quote(r.getString("nspname")) + "." + Sql.quote(r.getString("relname"));
                long existing = Sql.queryLong(
                        connection,
                        facts.answer(
                                "rows of " + oid, "SELECT count(*) FROM " + (partitioned ? "" : "ONLY ") + quoted));
                tables.add(new Table(
                        oid,
                        r.getString("nspname"),
                        r.getString("relname"),
                        partitioned,
                        columns.getOrDefault(oid, List.of()),
                        keys.getOrDefault(oid, List.of()),
                        foreignKeys.getOrDefault(oid, List.of()),
                        checks.getOrDefault(oid, List.of()),
                        partitions.getOrDefault(oid, List.of()),
                        existing));
            }
        }
        return tables;
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

    /**
     * An index depends on the columns of its predicate too; only those that its expressions name belong to the key. Of an exclusion
     * constraint the plain columns count whose values conflict when they are equal or overlap.
     */
    private Map<Long, List<UniqueKey>> readKeys(Map<Long, List<Column>> columns) throws SQLException {
        Map<Long, List<UniqueKey>> keys = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(USER_TABLES + """
                        SELECT i.indrelid, c.relname, i.indisprimary, pg_get_expr(i.indpred, i.indrelid) AS predicate, i.indisexclusion,
                               ARRAY(SELECT pg_get_indexdef(c.oid, place, false) FROM generate_series(1, i.indnkeyatts) place
                                     WHERE i.indisexclusion AND i.indkey[place - 1] = 0) AS expressions,
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
                        FROM user_tables t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class c ON c.oid = i.indexrelid
                        WHERE (i.indisunique OR i.indisexclusion) AND i.indislive ORDER BY i.indrelid, i.indisprimary DESC, c.relname""")) {
            while (r.next()) {
                List<Integer> numbers = new ArrayList<>(numbers(r.getArray("key")));
                UniqueKey.@Nullable Period period = period(
                        (String[]) r.getArray("expressions").getArray(),
                        columns.getOrDefault(r.getLong("indrelid"), List.of()));
                if (period != null) {
                    numbers.add(period.starts());
                }
                keys.computeIfAbsent(r.getLong("indrelid"), table -> new ArrayList<>())
                        .add(new UniqueKey(
                                r.getString("relname"),
                                numbers.stream()
                                        .filter(number -> number > 0)
                                        .distinct()
                                        .toList(),
                                r.getBoolean("indisprimary"),
                                r.getString("predicate"),
                                r.getBoolean("indisexclusion"),
                                r.getBoolean("nulls_equal"),
                                period));
            }
        }
        return keys;
    }

    /** The columns of the first expression such as {@code tstzrange(starts, ends)}. */
    private static UniqueKey.@Nullable Period period(String[] expressions, List<Column> columns) {
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
                        SELECT k.oid, k.conname, own.root AS conrelid, k.confrelid, own.key AS conkey, k.confkey, k.confmatchtype,
                               own.root IN (SELECT oid FROM user_tables) AND k.confrelid IN (SELECT oid FROM user_tables) AS known,
                               k.conrelid::regclass::text AS table_name
                        FROM pg_constraint k
                        CROSS JOIN LATERAL (SELECT coalesce(pg_partition_root(k.conrelid)::oid, k.conrelid) AS root) top
                        CROSS JOIN LATERAL (
                          SELECT top.root, ARRAY(SELECT ra.attnum FROM unnest(k.conkey) WITH ORDINALITY AS n (number, place)
                                                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.number
                                                 JOIN pg_attribute ra ON ra.attrelid = top.root AND ra.attname = a.attname
                                                 ORDER BY n.place) AS key) own
                        WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY own.root, k.conname"""))) {
            Set<List<Object>> seen = new HashSet<>();
            while (r.next()) {
                if (!r.getBoolean("known")) {
                    notes.add(
                            "Foreign key " + r.getString("conname") + " of " + r.getString("table_name")
                                    + " points at a single partition, or at a table of an extension or belongs to one; rows were made without regard to it.");
                    continue;
                }
                if (!seen.add(List.of(
                        r.getLong("conrelid"),
                        r.getLong("confrelid"),
                        numbers(r.getArray("conkey")),
                        numbers(r.getArray("confkey"))))) {
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
                                r.getString("confmatchtype").equals("f")));
            }
        }
        return foreignKeys;
    }

    /** Those of single partitions too, which then hold in all, except for those over its key, which repeat the bounds. */
    private Map<Long, List<CheckConstraint>> readChecks() throws SQLException {
        Map<Long, List<CheckConstraint>> checks = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(USER_TABLES + """
                        , tree AS (
                          SELECT oid AS root, oid FROM user_tables
                          UNION ALL
                          SELECT tree.root, c.oid FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid
                          JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition)
                        SELECT tree.root AS conrelid, k.conname, pg_get_expr(k.conbin, k.conrelid) AS expression, own.key
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
                checks.computeIfAbsent(r.getLong("conrelid"), table -> new ArrayList<>())
                        .add(new CheckConstraint(
                                r.getString("conname"), r.getString("expression"), numbers(r.getArray("key"))));
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
                            .add(new Partition(r.getString("relname"), List.copyOf(bounds), r.getString("condition")));
                }
            }
        }
        return partitions;
    }

    private static List<Integer> numbers(Array array) throws SQLException {
        return Arrays.stream((Object[]) array.getArray())
                .map(number -> ((Number) number).intValue())
                .toList();
    }
}
