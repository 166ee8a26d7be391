package dev.rehearse.data.profile.capture;

import dev.rehearse.data.profile.ColumnProfile.Statistics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the planner knows of columns and expressions (those of indexes and of {@code CREATE STATISTICS}), without values and their shapes.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-stats-ext-exprs.html">pg_stats_ext_exprs</a>
 */
public final class PlannerStatistics {

    private static final String COLUMNS = """
            SELECT s.attname, s.null_frac, s.n_distinct, s.avg_width, s.correlation, s.most_common_freqs
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.inherited = (c.relkind = 'p')
            WHERE c.oid = ?""";

    /** Since PostgreSQL 15 there is a row for the table alone and one for the table with its partitions. */
    private static final String EXPRESSIONS = """
            SELECT pg_get_indexdef(c.oid, a.attnum, true) AS expression,
                   s.null_frac, s.n_distinct, s.avg_width, s.correlation, s.most_common_freqs
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND i.indkey[a.attnum - 1] = 0
            JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
            WHERE i.indrelid = ? AND i.indexprs IS NOT NULL AND i.indpred IS NULL
            UNION ALL
            SELECT e.expr, e.null_frac, e.n_distinct, e.avg_width, e.correlation, e.most_common_freqs
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_stats_ext_exprs e ON e.schemaname = n.nspname AND e.tablename = c.relname
            WHERE c.oid = ? AND e.null_frac IS NOT NULL AND coalesce((to_jsonb(e) ->> 'inherited')::boolean, c.relkind = 'p') = (c.relkind = 'p')""";

    private PlannerStatistics() {}

    /** Those of the columns of a table, of all partitions where it has some, or of a partition alone, by their names. */
    public static SortedMap<String, Statistics> of(Connection connection, long relation) throws SQLException {
        SortedMap<String, Statistics> found = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setLong(1, relation);
            try (ResultSet r = statement.executeQuery()) {
                while (r.next()) {
                    found.put(r.getString("attname"), read(r));
                }
            }
        }
        return found;
    }

    /** Those of a table's expressions, by their text as the server writes it. */
    public static SortedMap<String, Statistics> expressions(Connection connection, long table) throws SQLException {
        SortedMap<String, Statistics> found = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(EXPRESSIONS)) {
            statement.setLong(1, table);
            statement.setLong(2, table);
            try (ResultSet r = statement.executeQuery()) {
                while (r.next()) {
                    found.put(r.getString("expression"), read(r));
                }
            }
        }
        return found;
    }

    static SortedMap<String, Statistics> expressions(CaptureSession session, long table)
            throws SQLException, InterruptedException {
        SortedMap<String, Statistics> found = new TreeMap<>();
        session.list(EXPRESSIONS, r -> Map.entry(r.getString("expression"), read(r)), table, table)
                .forEach(one -> found.put(one.getKey(), one.getValue()));
        return found;
    }

    /** A row of {@code pg_stats} or a view like it. */
    static Statistics read(ResultSet r) throws SQLException {
        double correlation = r.getDouble("correlation");
        @Nullable Double known = r.wasNull() ? null : ColumnCapture.rounded(correlation);
        return new Statistics(
                ColumnCapture.rounded(r.getDouble("null_frac")),
                ColumnCapture.rounded(r.getDouble("n_distinct")),
                r.getInt("avg_width"),
                known,
                CaptureSession.numbers(r, "most_common_freqs").stream()
                        .map(ColumnCapture::rounded)
                        .toList(),
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>(),
                List.of(),
                List.of(),
                0);
    }
}
