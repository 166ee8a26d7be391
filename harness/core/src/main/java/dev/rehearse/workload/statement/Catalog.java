package dev.rehearse.workload.statement;

import dev.rehearse.data.MigrationHistory;
import dev.rehearse.plan.KeptConstraint;
import dev.rehearse.plan.Suggestions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
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

    private static final Pattern LAST_CHANGE = Pattern.compile(
            "(^|_)(updated?|modified|changed|edited)(_|$)|(update|updated|modified|changed)_?(at|on|time|date)$|^last_?(update|modif|change)",
            Pattern.CASE_INSENSITIVE);

    /**
     * A view or a materialized one.
     *
     * @param label as reports name it
     * @param shortName as {@link Table#shortName}
     * @param columns as a statement lists them
     */
    public record View(String label, String shortName, boolean materialized, String columns) {}

    /**
     * @param sqlName qualified and quoted for statements of ours
     * @param label as reports name it: without the schema where that is {@code public}
     * @param found whether the session that read it finds it by its name alone
     * @param rows estimated
     * @param inherited whether other tables inherit from it without being partitions, so that its primary key tells rows apart only in itself
     * @param deleteTriggers whether a user's trigger fires on DELETE
     */
    public record Table(
            long oid,
            String sqlName,
            String label,
            boolean found,
            boolean partitioned,
            long rows,
            boolean inherited,
            boolean deleteTriggers,
            List<Column> columns,
            List<Index> indexes,
            List<ForeignKey> foreignKeys) {

        /** By which statements of that session find it: as reports name it, where that is this table. */
        public String shortName() {
            return found ? label : sqlName;
        }

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
                    found,
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
     * @param limited whether a CHECK, an EXCLUDE, a domain or the table's partitions ask something of its value
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
            boolean limited,
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

        /** Whether it is, by its name, when its row was changed last, which an application sets each time. */
        public boolean isLastChange() {
            return base.startsWith("timestamp") && LAST_CHANGE.matcher(name).find();
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

    /** The table that a statement of the session that read the catalog means. */
    @Nullable
    Table meant(String name) {
        String wanted = plain(name);
        return byOid.values().stream()
                .filter(table -> table.found()
                        && !wanted.contains(".")
                        && plain(table.sqlName()).endsWith("." + wanted))
                .findFirst()
                .orElseGet(() -> named(name));
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

    /** As the database that the connection is to has them now. */
    public static Catalog read(Connection connection) throws SQLException {
        return CatalogReader.read(connection);
    }
}
