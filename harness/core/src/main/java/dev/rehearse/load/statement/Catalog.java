package dev.rehearse.load.statement;

import dev.rehearse.data.MigrationHistory;
import dev.rehearse.plan.KeptConstraint;
import dev.rehearse.plan.Suggestions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The user tables and views of a database as its <a href="https://www.postgresql.org/docs/current/catalogs.html">catalogs</a> describe them now.
 * Partitions are left out in favour of their root, tables of extensions altogether.
 */
public record Catalog(Map<Long, Table> byOid, List<View> views) {

    /**
     * A view or a materialized one.
     *
     * @param label as reports name it
     * @param columns as a statement lists them
     */
    public record View(String label, boolean materialized, String columns) {}

    /**
     * @param sqlName qualified and quoted for statements of ours
     * @param label as reports name it: without the schema where that is {@code public}
     * @param rows estimated
     * @param inherited whether other tables inherit from it without being partitions, so that its primary key tells rows apart only in itself
     * @param deleteTriggers whether a user's trigger fires on DELETE
     */
    public record Table(
            long oid,
            String sqlName,
            String label,
            boolean partitioned,
            long rows,
            boolean inherited,
            boolean deleteTriggers,
            List<Column> columns,
            List<Index> indexes,
            List<ForeignKey> foreignKeys) {

        @Nullable
        public Column column(String name) {
            return columns.stream()
                    .filter(c -> c.name().equals(name))
                    .findFirst()
                    .orElse(null);
        }

        /** Columns of the primary key in its order; empty where there is none. */
        public List<Column> primaryKey() {
            return indexes.stream()
                    .filter(Index::primary)
                    .findFirst()
                    .map(i -> i.columns().stream().map(this::numbered).toList())
                    .orElse(List.of());
        }

        /** Whether a row can be found again by the text of its primary key; that of an array or a document is another one in JSON. */
        public boolean isFindable() {
            return !inherited
                    && !primaryKey().isEmpty()
                    && primaryKey().stream()
                            .noneMatch(c -> c.base().startsWith("_") || c.base().startsWith("json"));
        }

        private Table with(List<Index> others) {
            return new Table(
                    oid,
                    sqlName,
                    label,
                    partitioned,
                    rows,
                    inherited,
                    deleteTriggers,
                    columns,
                    List.copyOf(others),
                    foreignKeys);
        }

        /** By the columns that a constraint's words name. */
        private Index asUnique(String constraint) {
            String keys = inParentheses(constraint);
            return new Index(
                    false,
                    true,
                    false,
                    "btree",
                    List.of(),
                    columns.stream()
                            .filter(column -> column.isNamedIn(keys))
                            .map(Column::number)
                            .toList(),
                    true);
        }

        /** What stands in the first parentheses, whatever follows them: INCLUDE, WHERE. */
        private static String inParentheses(String constraint) {
            int open = constraint.indexOf('(');
            int depth = 0;
            for (int at = Math.max(open, 0); at < constraint.length(); at++) {
                char c = constraint.charAt(at);
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (depth == 0) {
                    return constraint.substring(open + 1, Math.max(at, open + 1));
                }
            }
            return constraint.substring(open + 1);
        }

        public Column numbered(int number) {
            return columns.stream()
                    .filter(c -> c.number() == number)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * @param sqlName quoted where needed
     * @param type as {@code format_type} writes it
     * @param base the type beneath domains, as {@code pg_type.typname} names it
     * @param maxLength longest text it takes, -1 where there is no such limit
     * @param identity {@code pg_attribute.attidentity}
     * @param generated whether it is computed
     */
    public record Column(
            int number,
            String name,
            String sqlName,
            String type,
            String base,
            int maxLength,
            boolean notNull,
            char identity,
            boolean generated,
            @Nullable String defaultValue) {

        /** Whether keys of an index, as SQL has them, name it; a function of that name is another thing. */
        private boolean isNamedIn(String keys) {
            return keys.contains("\"" + name.replace("\"", "\"\"") + "\"")
                    || Pattern.compile(
                                    "(?<![\\w\"$])" + Pattern.quote(name) + "(?![\\w\"$]|\\s*\\()",
                                    Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS)
                            .matcher(keys)
                            .find();
        }

        public boolean isInteger() {
            return base.equals("int4") || base.equals("int8");
        }

        public boolean isText() {
            return base.equals("text") || base.equals("varchar") || base.equals("bpchar");
        }
    }

    /**
     * @param columns numbers of its key columns; empty where one is an expression
     * @param partial whether it has a predicate
     * @param method access method
     * @param columnsWithin numbers of the columns that its key or its predicate reads, where one is an expression; else empty
     * @param nullsDistinct whether rows with NULL in its key are none that it takes for the same
     */
    public record Index(
            boolean primary,
            boolean unique,
            boolean partial,
            String method,
            List<Integer> columns,
            List<Integer> columnsWithin,
            boolean nullsDistinct) {

        /** Whether a row with NULL in such a column is like no other to it. */
        public boolean isFreeOf(int column) {
            return !unique || !read().contains(column) || nullsDistinct && columns.contains(column) && !partial;
        }

        /** The columns that a row's place in it depends on. */
        public List<Integer> read() {
            return columns.isEmpty() ? columnsWithin : columns;
        }
    }

    /**
     * @param columns numbers of the referencing columns
     * @param referencedOid the table referenced
     * @param referencedColumns numbers of its columns
     * @param onDelete {@code pg_constraint.confdeltype}
     * @param limited whether a CHECK or the table's partitions ask more of its columns, so that not every key of the referenced table may stand there
     */
    public record ForeignKey(
            List<Integer> columns,
            long referencedOid,
            List<Integer> referencedColumns,
            char onDelete,
            boolean limited) {

        /** Whether deleting a referenced row deletes the referencing one. */
        public boolean cascades() {
            return onDelete == 'c';
        }

        /** Whether deleting a referenced row changes the referencing columns. */
        public boolean setsColumns() {
            return onDelete == 'n' || onDelete == 'd';
        }
    }

    public Collection<Table> tables() {
        return byOid.values();
    }

    /** Without some tables, as {@link MigrationHistory#isAmong} knows them. */
    public Catalog without(Collection<String> names) {
        Map<Long, Table> others = new LinkedHashMap<>(byOid);
        others.values().removeIf(table -> {
            String name = table.sqlName().replace("\"", "");
            int dot = name.indexOf('.');
            return MigrationHistory.isAmong(names, name.substring(0, dot), name.substring(dot + 1));
        });
        return new Catalog(others, views);
    }

    /** With unique indexes for those constraints that are to be unique, as if they were there; what is in a row that is copied keeps the others. */
    public Catalog keeping(Collection<KeptConstraint> constraints) {
        Map<Long, Table> tables = new LinkedHashMap<>(byOid);
        for (KeptConstraint constraint : constraints) {
            Table table = named(constraint.table());
            if (table != null && constraint.isUnique()) {
                List<Index> indexes = new ArrayList<>(table.indexes());
                indexes.add(table.asUnique(constraint.constraint()));
                tables.put(table.oid(), table.with(indexes));
            }
        }
        return new Catalog(tables, views);
    }

    /** The table that a user's name means: as written, or in any letter case, with or without {@code public}. */
    @Nullable
    public Table named(String name) {
        String wanted = plain(name);
        return byOid.values().stream()
                .filter(t ->
                        plain(t.label()).equals(wanted) || plain(t.sqlName()).equals(wanted))
                .findFirst()
                .orElse(null);
    }

    /** For the message about a table that is not there: the nearest name, and all of them. */
    public String hint(String wrong) {
        List<String> labels = tables().stream().map(Table::label).sorted().toList();
        return Suggestions.nearest(wrong, labels)
                + (labels.isEmpty()
                        ? " The database has no tables."
                        : " Its tables are " + String.join(", ", labels) + ".");
    }

    private static String plain(String name) {
        return name.replace("\"", "").toLowerCase(Locale.ROOT);
    }

    private static final String USER_RELATIONS = """
            pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT c.relispartition AND c.relpersistence <> 't'
              AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            """;

    private static final String USER_TABLES = USER_RELATIONS + " AND c.relkind IN ('r', 'p') ";

    public static Catalog read(Connection connection) throws SQLException {
        Map<Long, List<Column>> columns = columns(connection);
        Map<Long, List<Index>> indexes = indexes(connection);
        Map<Long, List<ForeignKey>> foreignKeys = foreignKeys(connection);
        Map<Long, Table> tables = new LinkedHashMap<>();
        String query = """
                SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname),
                  CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
                  c.relkind = 'p',
                  CASE c.relkind WHEN 'p' THEN
                    (SELECT coalesce(sum(greatest(l.reltuples, 0)), 0) FROM pg_catalog.pg_partition_tree(c.oid) p
                      JOIN pg_catalog.pg_class l ON l.oid = p.relid WHERE p.isleaf)
                    ELSE greatest(c.reltuples, 0) END,
                  c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid),
                  EXISTS (SELECT 1 FROM pg_catalog.pg_trigger g
                    WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgtype & 8 <> 0)
                FROM %s ORDER BY 5 DESC, 3
                """.formatted(USER_TABLES);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                long oid = rows.getLong(1);
                tables.put(
                        oid,
                        new Table(
                                oid,
                                rows.getString(2),
                                rows.getString(3),
                                rows.getBoolean(4),
                                (long) rows.getDouble(5),
                                rows.getBoolean(6),
                                rows.getBoolean(7),
                                columns.getOrDefault(oid, List.of()),
                                indexes.getOrDefault(oid, List.of()),
                                foreignKeys.getOrDefault(oid, List.of())));
            }
        }
        return new Catalog(tables, views(connection));
    }

    private static List<View> views(Connection connection) throws SQLException {
        String query = """
                SELECT CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
                  c.relkind = 'm',
                  coalesce((SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '*')
                FROM %s AND c.relkind IN ('v', 'm') ORDER BY 1
                """.formatted(USER_RELATIONS);
        List<View> views = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                views.add(new View(rows.getString(1), rows.getBoolean(2), rows.getString(3)));
            }
        }
        return views;
    }

    private static Map<Long, List<Column>> columns(Connection connection) throws SQLException {
        Map<Long, List<Column>> columns = new LinkedHashMap<>();
        String query = """
                SELECT a.attrelid, a.attnum, a.attname, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                  CASE t.typtype WHEN 'd' THEN b.typname ELSE t.typname END,
                  CASE WHEN coalesce(nullif(t.typbasetype, 0), t.oid) IN ('varchar'::regtype, 'bpchar'::regtype)
                    AND greatest(a.atttypmod, t.typtypmod) > 4 THEN greatest(a.atttypmod, t.typtypmod) - 4 ELSE -1 END,
                  a.attnotnull OR t.typnotnull, a.attidentity, a.attgenerated <> '', pg_get_expr(f.adbin, f.adrelid)
                FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                  LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
                  LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
                WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN (SELECT c.oid FROM %s) ORDER BY a.attrelid, a.attnum
                """.formatted(USER_TABLES);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                String identity = rows.getString(9);
                columns.computeIfAbsent(rows.getLong(1), oid -> new ArrayList<>())
                        .add(new Column(
                                rows.getInt(2),
                                rows.getString(3),
                                rows.getString(4),
                                rows.getString(5),
                                rows.getString(6),
                                rows.getInt(7),
                                rows.getBoolean(8),
                                identity.isEmpty() ? ' ' : identity.charAt(0),
                                rows.getBoolean(10),
                                rows.getString(11)));
            }
        }
        return columns;
    }

    private static Map<Long, List<Index>> indexes(Connection connection) throws SQLException {
        Map<Long, List<Index>> indexes = new LinkedHashMap<>();
        String query = """
                SELECT i.indrelid, i.indisprimary, i.indisunique, i.indpred IS NOT NULL, m.amname, i.indkey::text, i.indnkeyatts,
                  CASE WHEN i.indexprs IS NULL THEN '{}' ELSE ARRAY(SELECT DISTINCT d.refobjsubid FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = i.indrelid
                      AND d.refobjsubid > 0) END,
                  coalesce(to_jsonb(i) ->> 'indnullsnotdistinct', 'false') <> 'true'
                FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                  JOIN pg_catalog.pg_am m ON m.oid = x.relam
                WHERE i.indisvalid AND i.indrelid IN (SELECT c.oid FROM %s) ORDER BY i.indrelid, i.indexrelid
                """.formatted(USER_TABLES);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                List<Integer> keys = Arrays.stream(rows.getString(6).split(" "))
                        .limit(rows.getInt(7))
                        .map(Integer::valueOf)
                        .toList();
                indexes.computeIfAbsent(rows.getLong(1), oid -> new ArrayList<>())
                        .add(new Index(
                                rows.getBoolean(2),
                                rows.getBoolean(3),
                                rows.getBoolean(4),
                                rows.getString(5),
                                keys.contains(0) ? List.of() : keys,
                                numbers(rows, 8),
                                rows.getBoolean(9)));
            }
        }
        return indexes;
    }

    private static Map<Long, List<ForeignKey>> foreignKeys(Connection connection) throws SQLException {
        Map<Long, List<ForeignKey>> keys = new LinkedHashMap<>();
        String query = """
                SELECT f.conrelid, f.confrelid, f.conkey, f.confkey, f.confdeltype,
                  EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k
                    WHERE k.conrelid = f.conrelid AND k.contype = 'c' AND k.conkey && f.conkey)
                  OR EXISTS (SELECT 1 FROM pg_catalog.pg_partitioned_table p, unnest(f.conkey) AS number
                    WHERE p.partrelid = f.conrelid AND p.partstrat <> 'h' AND number = ANY (p.partattrs))
                FROM pg_catalog.pg_constraint f
                WHERE f.contype = 'f' AND f.conparentid = 0 ORDER BY f.conrelid, f.conname
                """;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                keys.computeIfAbsent(rows.getLong(1), oid -> new ArrayList<>())
                        .add(new ForeignKey(
                                numbers(rows, 3),
                                rows.getLong(2),
                                numbers(rows, 4),
                                rows.getString(5).charAt(0),
                                rows.getBoolean(6)));
            }
        }
        return keys;
    }

    private static List<Integer> numbers(ResultSet rows, int column) throws SQLException {
        Object array = rows.getArray(column).getArray();
        return Arrays.stream((Object[]) array).map(n -> ((Number) n).intValue()).toList();
    }
}
