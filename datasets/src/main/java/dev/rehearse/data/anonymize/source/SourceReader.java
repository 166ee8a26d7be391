package dev.rehearse.data.anonymize.source;

import dev.rehearse.data.anonymize.AnonymizeException;
import dev.rehearse.data.anonymize.source.SourceTable.Leaf;
import dev.rehearse.data.anonymize.source.SourceTable.Reference;
import dev.rehearse.data.anonymize.text.Meaning;
import dev.rehearse.data.catalog.Expression;
import dev.rehearse.data.catalog.ExpressionParser;
import dev.rehearse.data.catalog.Sql;
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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads a {@link SourceSchema} from pg_catalog. One thread. */
public final class SourceReader {

    private static final String PAGES =
            "pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint";

    private static final String RELATIONS = """
            WITH tables AS (
              SELECT c.oid, n.nspname, c.relname, c.relkind, %s AS pages,
                     CASE WHEN c.relkind <> 'p' THEN greatest(c.reltuples, 0)
                          ELSE (SELECT sum(greatest(l.reltuples, 0)) FROM pg_catalog.pg_partition_tree(c.oid) p
                                JOIN pg_catalog.pg_class l ON l.oid = p.relid WHERE p.isleaf) END AS rows
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relkind IN (%s) AND NOT c.relispartition AND c.relpersistence <> 't'
                AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rehearse', 'rehearse_filling')
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
            """;

    private static final String TABLES = RELATIONS.formatted(PAGES, "'r', 'p'");
    private static final String VIEWS = RELATIONS.formatted(PAGES, "'m'");

    /** Those that a dump brings over. The schema public, 2200, is the only thing of the server's own among them, where it has not the first comment. */
    public static final String OWN_COMMENTS =
            "(objoid >= 16384 OR objoid = 2200 AND classoid = 'pg_catalog.pg_namespace'::regclass"
                    + " AND description <> 'standard public schema')";

    private static final Set<String> CASES = Set.of("lower", "upper");

    private final Connection connection;
    private final Set<String> codes = new HashSet<>();

    public SourceReader(Connection connection) {
        this.connection = connection;
    }

    public SourceSchema read() throws SQLException {
        int major = connection.getMetaData().getDatabaseMajorVersion();
        if (major < 14) {
            throw AnonymizeException.input(
                    "The source is PostgreSQL " + major + "; snapshots are made of 14 and newer.");
        }
        List<SourceTable> tables = relations(TABLES);
        if (tables.isEmpty()) {
            throw AnonymizeException.input("The source, the database " + connection.getCatalog()
                    + ", has no tables. Name the one that has them.");
        }
        each("SELECT enumlabel FROM pg_catalog.pg_enum", r -> codes.add(r.getString(1)));
        return new SourceSchema(major, tables, references(), Set.copyOf(codes), notes());
    }

    /** Materialized views and their columns. */
    public List<SourceTable> materializedViews() throws SQLException {
        return relations(VIEWS);
    }

    /** The texts of all comments on what is not the server's own. */
    public List<String> comments() throws SQLException {
        List<String> comments = new ArrayList<>();
        each(
                "SELECT description FROM pg_catalog.pg_description WHERE " + OWN_COMMENTS + " ORDER BY 1",
                r -> comments.add(r.getString(1)));
        return comments;
    }

    /**
     * Tables of another database that this one has, too, with the sizes that they have here.
     *
     * @param rows of each, by its number there
     */
    public List<SourceTable> sized(List<SourceTable> tables, Map<Long, Long> rows) throws SQLException {
        Map<String, Long> pages = new HashMap<>();
        each(
                "SELECT n.nspname, c.relname, " + PAGES + " AS pages FROM pg_catalog.pg_class c"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'",
                r -> pages.put(
                        Sql.quote(r.getString("nspname")) + "." + Sql.quote(r.getString("relname")),
                        r.getLong("pages")));
        return tables.stream()
                .map(table -> table.with(
                        rows.getOrDefault(table.oid(), 0L),
                        table.leaves().stream()
                                .map(leaf -> new Leaf(leaf.oid(), leaf.quoted(), pages.getOrDefault(leaf.quoted(), 0L)))
                                .toList()))
                .toList();
    }

    private List<SourceTable> relations(String relations) throws SQLException {
        Map<Long, List<SourceColumn>> columns = columns(relations);
        Map<Long, List<Leaf>> leaves = leaves();
        List<SourceTable> tables = new ArrayList<>();
        each(relations + "SELECT * FROM tables ORDER BY nspname, relname", r -> {
            long oid = r.getLong("oid");
            boolean partitioned = r.getString("relkind").equals("p");
            String quoted = Sql.quote(r.getString("nspname")) + "." + Sql.quote(r.getString("relname"));
            tables.add(new SourceTable(
                    oid,
                    r.getString("nspname"),
                    r.getString("relname"),
                    partitioned,
                    r.getLong("rows"),
                    columns.getOrDefault(oid, List.of()),
                    partitioned
                            ? leaves.getOrDefault(oid, List.of())
                            : List.of(new Leaf(oid, quoted, r.getLong("pages")))));
        });
        return tables;
    }

    private Map<Long, List<SourceColumn>> columns(String relations) throws SQLException {
        Map<Long, ValueType> types = ValueType.read(connection);
        Map<String, List<String>> listed = listed();
        Map<Long, List<SourceColumn>> columns = new HashMap<>();
        each(
                relations + """
                SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.attnotnull, a.attgenerated <> '' AS generated,
                       pg_catalog.format_type(a.atttypid, a.atttypmod) AS declared,
                       CASE WHEN a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype) AND a.atttypmod > 4 THEN a.atttypmod - 4 ELSE -1 END AS most,
                       a.attidentity <> '' OR coalesce(pg_catalog.pg_get_expr(f.adbin, f.adrelid) LIKE 'nextval(%', false) AS numbered,
                       EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = t.oid AND i.indisunique
                                 AND a.attnum = ANY (i.indkey::int2[])) AS is_unique,
                       (SELECT min(CASE WHEN p.partstrat = 'l' AND p.partdefid <> 0 THEN 'r' ELSE p.partstrat::text END) FROM pg_catalog.pg_partitioned_table p
                               WHERE p.partrelid IN (SELECT relid FROM pg_catalog.pg_partition_tree(t.oid))
                                 AND p.partstrat <> 'h'
                                 AND a.attname IN (SELECT k.attname FROM pg_catalog.pg_attribute k
                                                   WHERE k.attrelid = p.partrelid AND k.attnum = ANY (p.partattrs::int2[]))) AS decides
                FROM tables t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid
                LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
                WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum""",
                r -> columns.computeIfAbsent(r.getLong("attrelid"), table -> new ArrayList<>())
                        .add(new SourceColumn(
                                r.getInt("attnum"),
                                r.getString("attname"),
                                types.getOrDefault(
                                        r.getLong("atttypid"),
                                        new ValueType(ValueType.Kind.UNKNOWN, "unknown", null, List.of())),
                                r.getString("declared"),
                                r.getInt("most"),
                                r.getBoolean("attnotnull"),
                                r.getBoolean("generated"),
                                r.getBoolean("numbered"),
                                r.getBoolean("is_unique"),
                                "l".equals(r.getString("decides")),
                                "r".equals(r.getString("decides")),
                                listed.getOrDefault(r.getLong("attrelid") + "." + r.getInt("attnum"), List.of()))));
        return columns;
    }

    /** The values that constraints of one column, or of its domain, list; those that hold for new rows alone list nothing. */
    private Map<String, List<String>> listed() throws SQLException {
        Map<String, List<String>> listed = new HashMap<>();
        each("""
                SELECT conrelid AS relation, conkey[1] AS number, pg_catalog.pg_get_expr(conbin, conrelid) AS condition
                FROM pg_catalog.pg_constraint WHERE contype = 'c' AND convalidated AND conrelid <> 0 AND pg_catalog.cardinality(conkey) = 1
                UNION ALL
                SELECT a.attrelid, a.attnum, pg_catalog.pg_get_expr(k.conbin, 0)
                FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_attribute a ON a.atttypid = k.contypid
                WHERE k.contype = 'c' AND k.convalidated AND k.contypid <> 0 AND a.attnum > 0""", r -> {
            // Null where the table went since the snapshot was taken, as others' temporary ones do.
            List<String> values = Optional.ofNullable(r.getString("condition"))
                    .flatMap(ExpressionParser::parse)
                    .map(SourceReader::listed)
                    .orElse(List.of());
            // A list of addresses or numbers of people is no list of codes.
            if (!values.isEmpty() && Meaning.ofForm(values) == Meaning.UNKNOWN) {
                codes.addAll(values);
                listed.put(r.getLong("relation") + "." + r.getInt("number"), List.copyOf(values));
            }
        });
        return listed;
    }

    /** The values of which a condition lets through no others but NULL; empty where it lets through others. */
    private static List<String> listed(Expression condition) {
        if (condition instanceof Expression.And and) {
            return and.parts().stream()
                    .map(SourceReader::listed)
                    .filter(values -> !values.isEmpty())
                    .findFirst()
                    .orElse(List.of());
        }
        if (condition instanceof Expression.Or or) {
            List<List<String>> parts = or.parts().stream()
                    .filter(part -> !(part instanceof Expression.IsNull))
                    .map(SourceReader::listed)
                    .toList();
            return parts.stream().anyMatch(List::isEmpty)
                    ? List.of()
                    : parts.stream().flatMap(List::stream).toList();
        }
        boolean isAny = condition instanceof Expression.AnyOf any
                && any.operator().equals("=")
                && isValue(any.left())
                && any.options().stream().allMatch(Expression.Constant.class::isInstance);
        boolean isOne = condition instanceof Expression.Binary binary
                && binary.operator().equals("=")
                && isValue(binary.left())
                && binary.right() instanceof Expression.Constant;
        Stream<Expression> constants = isAny
                ? ((Expression.AnyOf) condition).options().stream()
                : isOne ? Stream.of(((Expression.Binary) condition).right()) : Stream.empty();
        return constants.map(each -> ((Expression.Constant) each).text()).toList();
    }

    /** The column, in whatever letter case. */
    private static boolean isValue(Expression expression) {
        return expression instanceof Expression.ColumnRef
                || (expression instanceof Expression.Call call
                        && CASES.contains(call.function())
                        && call.arguments().size() == 1
                        && call.arguments().get(0) instanceof Expression.ColumnRef);
    }

    private Map<Long, List<Leaf>> leaves() throws SQLException {
        Map<Long, List<Leaf>> leaves = new HashMap<>();
        each(
                TABLES + """
                SELECT t.oid, c.oid AS leaf, n.nspname AS leaf_schema, c.relname AS leaf_name,
                       pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint AS leaf_pages
                FROM tables t CROSS JOIN LATERAL pg_catalog.pg_partition_tree(t.oid) p
                JOIN pg_catalog.pg_class c ON c.oid = p.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE t.relkind = 'p' AND p.isleaf AND c.relkind = 'r' ORDER BY t.oid, c.relname""",
                r -> leaves.computeIfAbsent(r.getLong("oid"), table -> new ArrayList<>())
                        .add(new Leaf(
                                r.getLong("leaf"),
                                Sql.quote(r.getString("leaf_schema")) + "." + Sql.quote(r.getString("leaf_name")),
                                r.getLong("leaf_pages"))));
        return leaves;
    }

    private List<Reference> references() throws SQLException {
        List<Reference> references = new ArrayList<>();
        each(
                TABLES + """
                SELECT conname, conrelid, confrelid, conkey, confkey FROM pg_catalog.pg_constraint
                WHERE contype = 'f' AND conparentid = 0 AND conrelid IN (SELECT oid FROM tables)
                  AND confrelid IN (SELECT oid FROM tables) ORDER BY conrelid, conname""",
                r -> references.add(new Reference(
                        r.getString(1), r.getLong(2), r.getLong(3), numbers(r, "conkey"), numbers(r, "confkey"))));
        return references;
    }

    private static List<Integer> numbers(ResultSet r, String column) throws SQLException {
        return Arrays.stream((Object[]) r.getArray(column).getArray())
                .map(number -> ((Number) number).intValue())
                .toList();
    }

    private List<String> notes() throws SQLException {
        List<String> notes = new ArrayList<>();
        each("""
                SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'f' ORDER BY 1""", r -> notes.add("The rows of the foreign table " + r.getString(1) + " stay where they are."));
        each(
                "SELECT count(*) FROM pg_catalog.pg_largeobject_metadata HAVING count(*) > 0",
                r -> notes.add(r.getLong(1) + " large objects are not copied."));
        return notes;
    }

    /** What is done with a row. */
    @FunctionalInterface
    public interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    public void each(String sql, RowReader reader) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                reader.read(row);
            }
        }
    }
}
