package dev.rehearse.loadtest.replay;

import dev.rehearse.loadtest.replay.ParameterUse.Kind;
import dev.rehearse.loadtest.replay.ParameterUse.Use;
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
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Takes samples of tables, a thousand rows of the columns that are asked for, fewer where they are large. For one thread. */
final class RowSamples {

    private static final int ROWS = 1_000;
    private static final String TIMED_OUT = "57014";
    /** A table with more rows is not read whole. */
    private static final double MOST_TO_READ = 100_000;

    /** How large a row is taken to be where the server has not counted: {@code reltuples} is -1 until the first ANALYZE. */
    private static final int ROW_BYTES = 100;
    /** What a value takes in memory besides its text, roughly. */
    private static final int VALUE_BYTES = 60;

    private static final int MOST_BYTES = 1 << 20;
    /** Once all samples together are so large, further ones are small. */
    private static final long MANY_BYTES = 64L << 20;

    private static final int FEW_BYTES = 1 << 15;

    private final Connection connection;
    private final Map<String, List<@Nullable String[]>> known = new HashMap<>();
    private final Map<String, SQLException> failed = new HashMap<>();
    private long heldBytes;
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
        Set<String> compared = new TreeSet<>();
        for (int parameter : parameters) {
            Use use = uses.get(parameter);
            columns.putIfAbsent(use.column(), columns.size());
            if (use.kind() != Kind.INSERTED && use.kind() != Kind.ASSIGNED) {
                compared.add(use.column());
            }
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
        List<@Nullable String[]> rows =
                sample(relation, List.copyOf(columns.keySet()), compared, List.copyOf(above.keySet()));
        if (rows.isEmpty()) {
            return false;
        }
        ColumnValues.Sample sample = values.sample(rows);
        Map<String, Integer> listed = new HashMap<>();
        for (int parameter : parameters) {
            Use use = uses.get(parameter);
            int column = columns.getOrDefault(use.column(), 0);
            switch (use.kind()) {
                case ANY -> sample.array(parameter, column);
                case LISTED -> sample.value(parameter, column, listed.merge(use.column(), 1, Integer::sum) - 1);
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

    /**
     * @param compared those of the columns that a row must have values of, where there is one
     * @param above columns of which the next value in their order is read, too
     */
    private List<@Nullable String[]> sample(
            String relation, List<String> columns, Set<String> compared, List<String> above) throws SQLException {
        SQLException failure = failed.get(relation);
        if (failure != null) {
            throw failure;
        }
        String key = relation + columns + new TreeSet<>(compared) + above;
        List<@Nullable String[]> rows = known.get(key);
        if (rows == null) {
            try {
                rows = read(relation, columns, compared, above);
            } catch (SQLException e) {
                if (!TIMED_OUT.equals(e.getSQLState())) {
                    throw e;
                }
                String message = "No sample of " + relation + " could be read in time; run ANALYZE " + relation;
                failure = new SQLException(message, TIMED_OUT, e);
                failed.put(relation, failure);
                throw failure;
            }
            known.put(key, rows);
        }
        return rows;
    }

    private List<@Nullable String[]> read(
            String relation, List<String> columns, Set<String> compared, List<String> above) throws SQLException {
        double all = rowsOf(relation);
        String few = all > MOST_TO_READ ? " TABLESAMPLE SYSTEM (" + Math.min(100, 100 * 20.0 * ROWS / all) + ")" : "";
        List<@Nullable String[]> rows = sample(relation, columns, compared, above, few);
        SQLException tooLong = null;
        if (rows.isEmpty() && !few.isEmpty()) {
            try {
                rows = sample(relation, columns, compared, above, "");
            } catch (SQLException e) {
                if (!TIMED_OUT.equals(e.getSQLState())) {
                    throw e;
                }
                tooLong = e;
            }
        }
        if (rows.isEmpty() && !compared.isEmpty()) {
            // Rows with NULLs are better than none.
            rows = sample(relation, columns, Set.of(), above, few);
        }
        if (rows.isEmpty() && tooLong != null) {
            throw tooLong;
        }
        return rows;
    }

    /** About how many rows the table has, by the pages that it has now and the rows on a page when the server last counted. */
    private double rowsOf(String relation) throws SQLException {
        String of = "'" + relation.replace("'", "''") + "'::regclass";
        return Double.parseDouble(
                texts("SELECT coalesce(sum(greatest(c.reltuples, CASE WHEN c.reltuples > 0 AND c.relpages > 0 THEN"
                                + " c.reltuples / c.relpages * (pg_relation_size(c.oid) / current_setting('block_size')::int)"
                                + " ELSE pg_relation_size(c.oid) / " + ROW_BYTES + ".0 END)), 0) FROM pg_class c WHERE"
                                + " c.relkind <> 'p' AND (c.oid = " + of
                                + " OR c.oid IN (SELECT relid FROM pg_partition_tree(" + of + ")))")
                        .get(0));
    }

    private List<@Nullable String[]> sample(
            String relation, List<String> columns, Set<String> compared, List<String> above, String method)
            throws SQLException {
        List<String> read = new ArrayList<>();
        columns.forEach(column -> read.add("t." + column + "::text"));
        above.forEach(column ->
                read.add("coalesce(lead(t." + column + ") OVER (ORDER BY t." + column + "), t." + column + ")::text"));
        List<String> named = new ArrayList<>();
        List<String> bytes = new ArrayList<>();
        for (int i = 1; i <= read.size(); i++) {
            named.add(read.get(i - 1) + " AS c" + i);
            bytes.add("coalesce(octet_length(c" + i + "), 0)");
        }
        String names = String.join(
                ", ",
                IntStream.rangeClosed(1, read.size()).mapToObj(i -> "c" + i).toList());
        String needed = String.join(
                " AND ",
                compared.stream().map(column -> column + " IS NOT NULL").toList());
        int most = heldBytes < MANY_BYTES ? MOST_BYTES : FEW_BYTES;
        List<@Nullable String[]> rows = rows("SELECT " + names
                + " FROM (SELECT r.*, sum(bytes) OVER (ROWS UNBOUNDED PRECEDING) AS held FROM (SELECT s.*, "
                + read.size() * VALUE_BYTES + " + " + String.join(" + ", bytes) + " AS bytes FROM (SELECT "
                + String.join(", ", named) + " FROM (SELECT " + String.join(", ", columns) + " FROM " + relation
                + method
                + (needed.isEmpty() ? "" : " WHERE " + needed)
                // Any thousand of those that were looked at, not the first.
                + " ORDER BY random() LIMIT " + ROWS + ") AS t) AS s) AS r WHERE bytes <= " + most / 4
                + ") AS h WHERE held <= " + most);
        for (@Nullable String[] row : rows) {
            for (String value : row) {
                heldBytes += VALUE_BYTES + (value == null ? 0 : value.length());
            }
        }
        return rows;
    }
}
