package dev.rehearse.loadtest;

import dev.rehearse.loadtest.ParameterUse.Kind;
import dev.rehearse.loadtest.ParameterUse.Use;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Takes samples of tables, a thousand rows of the columns that are asked for. For one thread. */
final class RowSamples {

    private static final int ROWS = 1_000;
    /** A table with more rows is not read whole. */
    private static final double MOST_TO_READ = 100_000;

    private final Connection connection;
    private final Map<String, List<@Nullable String[]>> known = new HashMap<>();
    private final Map<String, AtomicLong> counters = new HashMap<>();

    RowSamples(Connection connection) {
        this.connection = connection;
    }

    /** The first column of the result. */
    List<String> texts(String sql) throws SQLException {
        return rows(sql).stream().map(row -> String.valueOf(row[0])).toList();
    }

    private List<@Nullable String[]> rows(String sql) throws SQLException {
        List<@Nullable String[]> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            int width = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                @Nullable String[] row = new String[width];
                for (int i = 0; i < width; i++) {
                    row[i] = rows.getString(i + 1);
                }
                found.add(row);
            }
        }
        return found;
    }

    /**
     * The use with the table that has the column, the whole table where that is a partition; unknown where none has it.
     *
     * @param type of the parameter: of several tables it is the one whose column has it
     */
    Use resolved(Use use, Set<String> relations, String type) throws SQLException {
        if (use.column().isEmpty()) {
            return use;
        }
        Use other = Use.UNKNOWN;
        for (String candidate : use.relation().equals(ParameterUse.ANY_RELATION) ? relations : Set.of(use.relation())) {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT coalesce(pg_partition_root(c.oid), c.oid)::regclass::text, format_type(a.atttypid, NULL)"
                            + " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.oid = to_regclass(?) AND"
                            + " quote_ident(a.attname) IN (?, quote_ident(?)) AND a.attnum > 0")) {
                statement.setString(1, candidate);
                statement.setString(2, use.column());
                statement.setString(3, use.column().replaceAll("^\"|\"$", "").replace("\"\"", "\""));
                try (ResultSet rows = statement.executeQuery()) {
                    if (rows.next()) {
                        other = new Use(use.kind(), rows.getString(1), use.column());
                        if (type.equals(rows.getString(2))) {
                            return other;
                        }
                    }
                }
            }
        }
        return other;
    }

    /**
     * Adds values of one table's columns.
     *
     * @param parameters from 0
     * @return false where the table has no row
     */
    boolean addTo(ColumnValues values, String relation, List<Integer> parameters, List<Use> uses) throws SQLException {
        Map<String, Integer> columns = new LinkedHashMap<>();
        for (int parameter : parameters) {
            columns.putIfAbsent(uses.get(parameter).column(), columns.size());
        }
        Map<String, Integer> above = new LinkedHashMap<>();
        for (int parameter : parameters) {
            Use use = uses.get(parameter);
            boolean isRange = parameters.stream()
                    .anyMatch(other -> uses.get(other).kind() == Kind.LOWER
                            && uses.get(other).column().equals(use.column()));
            if (use.kind() == Kind.UPPER && isRange) {
                above.putIfAbsent(use.column(), columns.size() + above.size());
            }
        }
        List<@Nullable String[]> rows = sample(relation, List.copyOf(columns.keySet()), List.copyOf(above.keySet()));
        if (rows.isEmpty()) {
            return false;
        }
        ColumnValues.Sample sample = values.sample(rows);
        for (int parameter : parameters) {
            Use use = uses.get(parameter);
            int column = columns.getOrDefault(use.column(), 0);
            switch (use.kind()) {
                case ANY -> sample.array(parameter, column);
                case PATTERN -> sample.pattern(parameter, column);
                case UPPER -> sample.value(parameter, above.getOrDefault(use.column(), column));
                case INSERTED -> addInserted(values, sample, parameter, column, relation, use.column());
                default -> sample.value(parameter, column);
            }
        }
        return true;
    }

    /** A value for a new row: where the column must be unique, one that no row has. */
    private void addInserted(
            ColumnValues values, ColumnValues.Sample sample, int parameter, int column, String relation, String name)
            throws SQLException {
        String type = uniqueType(relation, name);
        switch (type) {
            case "int2", "int4", "int8", "numeric" -> {
                AtomicLong counter = counter(relation, name);
                values.made(parameter, random -> Long.toString(counter.getAndIncrement()));
            }
            case "uuid" ->
                values.made(parameter, random -> new java.util.UUID(random.upTo(-1), random.upTo(-1)).toString());
            case "text", "varchar" -> sample.numbered(parameter, column, new AtomicLong(System.currentTimeMillis()));
            default -> sample.value(parameter, column);
        }
    }

    /** The column's type where the table's rows must differ in it and nothing is referenced by it; else an empty text. */
    private String uniqueType(String relation, String column) throws SQLException {
        String of = "'" + relation.replace("'", "''") + "'::regclass";
        String attribute = " FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = " + of
                + " AND quote_ident(a.attname) IN ('" + column.replace("'", "''") + "', quote_ident('"
                + column.replaceAll("^\"|\"$", "").replace("\"\"", "\"").replace("'", "''") + "')) AND EXISTS (SELECT"
                + " FROM pg_index i WHERE"
                + " i.indrelid ="
                + " a.attrelid AND"
                + " i.indisunique AND"
                + " a.attnum = ANY"
                + " (i.indkey)) AND NOT"
                + " EXISTS (SELECT FROM"
                + " pg_constraint c WHERE"
                + " c.conrelid ="
                + " a.attrelid AND"
                + " c.contype = 'f' AND"
                + " a.attnum = ANY"
                + " (c.conkey))";
        List<String> types = texts("SELECT t.typname" + attribute);
        return types.isEmpty() ? "" : types.get(0);
    }

    private AtomicLong counter(String relation, String column) throws SQLException {
        AtomicLong counter = counters.get(relation + "." + column);
        if (counter == null) {
            String max = texts("SELECT coalesce(max(" + column + "), 0)::bigint FROM " + relation)
                    .get(0);
            counter = new AtomicLong(Long.parseLong(max) + 1);
            counters.put(relation + "." + column, counter);
        }
        return counter;
    }

    /** @param above columns of which the next value in their order is read, too */
    private List<@Nullable String[]> sample(String relation, List<String> columns, List<String> above)
            throws SQLException {
        String key = relation + columns + above;
        List<@Nullable String[]> rows = known.get(key);
        if (rows == null) {
            String size = texts("SELECT coalesce(sum(c.reltuples), 0) FROM pg_class c WHERE c.oid = '"
                            + relation.replace("'", "''")
                            + "'::regclass OR c.oid IN (SELECT relid FROM pg_partition_tree('"
                            + relation.replace("'", "''") + "'::regclass))")
                    .get(0);
            double all = Double.parseDouble(size);
            rows = all > MOST_TO_READ
                    ? sample(
                            relation,
                            columns,
                            above,
                            " TABLESAMPLE SYSTEM (" + Math.min(100, 100 * 20.0 * ROWS / all) + ")")
                    : List.of();
            if (rows.isEmpty()) {
                rows = sample(relation, columns, above, "");
            }
            known.put(key, rows);
        }
        return rows;
    }

    private List<@Nullable String[]> sample(String relation, List<String> columns, List<String> above, String method)
            throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT ");
        List<String> read = new ArrayList<>();
        columns.forEach(column -> read.add("t." + column + "::text"));
        above.forEach(column ->
                read.add("coalesce(lead(t." + column + ") OVER (ORDER BY t." + column + "), t." + column + ")::text"));
        sql.append(String.join(", ", read))
                .append(" FROM (SELECT ")
                .append(String.join(", ", columns))
                .append(" FROM ")
                .append(relation)
                .append(method)
                .append(" WHERE ");
        sql.append(String.join(
                " AND ", columns.stream().map(column -> column + " IS NOT NULL").toList()));
        // Any thousand of those that were looked at, not the first.
        sql.append(" ORDER BY random() LIMIT ").append(ROWS).append(") AS t");
        return rows(sql.toString());
    }
}
