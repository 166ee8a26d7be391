package dev.rehearse.data.profile.capture;

import dev.rehearse.data.profile.TableProfile.ExtendedStatistics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the statistics on several columns. Of the values in common combinations leave but their places among the common values of their
 * columns. One thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-stats-ext.html">pg_stats_ext</a>
 */
public final class ExtendedCapture {

    /** Since PostgreSQL 15 the view has a row for the table alone and one for the table with its partitions. */
    private static final String STATISTICS = """
            SELECT s.stxname, pg_get_statisticsobjdef(s.oid) AS definition, s.stxkeys::text AS keys, s.stxexprs IS NOT NULL AS expressions,
                   s.stxkind <> '{e}' AS combined,
                   (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
                     WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)) AS columns,
                   (EXISTS (SELECT FROM pg_stats_ext v WHERE v.statistics_schemaname = n.nspname AND v.statistics_name = s.stxname)
                    OR pg_has_role(t.relowner, 'USAGE') AND NOT row_security_active(t.oid)) AS seen,
                   quote_ident(pg_get_userbyid(t.relowner)) AS owner,
                   (SELECT rolsuper FROM pg_roles o WHERE o.oid = t.relowner) AS owned_by_superuser,
                   e.n_distinct::text AS n_distinct, e.dependencies::text AS dependencies, e.most_common_freqs AS shares,
                   combinations.words
            FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace JOIN pg_class t ON t.oid = s.stxrelid
            LEFT JOIN pg_stats_ext e ON e.statistics_schemaname = n.nspname AND e.statistics_name = s.stxname
                  AND coalesce((to_jsonb(e) ->> 'inherited')::boolean, ?) = ?
            LEFT JOIN LATERAL (
              SELECT array_agg(words ORDER BY row) AS words
              FROM (SELECT row, string_agg(CASE WHEN missing THEN '-' WHEN place IS NOT NULL THEN (place - 1)::text
                                                ELSE '?' || rarer END, ' ' ORDER BY field) AS words
                    FROM (SELECT item.row, item.field, item.missing, known.place,
                                 dense_rank() OVER (PARTITION BY item.field ORDER BY item.value) AS rarer
                          FROM (SELECT (u.n - 1) / fields.count + 1 AS row, (u.n - 1) % fields.count + 1 AS field, u.value, u.missing
                                FROM (SELECT array_length(e.most_common_vals, 2) AS count) AS fields
                                CROSS JOIN unnest(e.most_common_vals, e.most_common_val_nulls) WITH ORDINALITY AS u (value, missing, n)) AS item
                          LEFT JOIN (SELECT a.field, k.value, k.place FROM unnest(e.attnames) WITH ORDINALITY AS a (name, field)
                                     JOIN pg_stats c ON c.schemaname = e.schemaname AND c.tablename = e.tablename
                                          AND c.attname = a.name AND c.inherited = ?
                                     CROSS JOIN unnest(c.most_common_vals::text::text[]) WITH ORDINALITY AS k (value, place)) AS known
                               ON known.field = item.field AND known.value = item.value AND NOT item.missing) AS placed
                    GROUP BY row) AS rows) AS combinations ON true
            WHERE s.stxrelid = ? ORDER BY s.stxname""";

    private static final Pattern ENTRY = Pattern.compile("\"([-0-9, ]+)(?: => (-?\\d+))?\": ([-0-9.eE+]+)");

    private record Read(
            boolean seen,
            String owner,
            boolean ownedBySuperuser,
            boolean expressions,
            boolean combined,
            ExtendedStatistics statistics) {}

    private final CaptureSession session;
    private final String role;
    private final List<String> missing;

    ExtendedCapture(CaptureSession session, String role, List<String> missing) {
        this.session = session;
        this.role = role;
        this.missing = missing;
    }

    /**
     * The extended statistics of a table in a database that is ours, without rest.
     *
     * @param table its oid
     * @param inherited whether the statistics are those of the partitions together
     */
    public static List<ExtendedStatistics> of(Connection connection, long table, boolean inherited)
            throws SQLException {
        List<ExtendedStatistics> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(STATISTICS)) {
            statement.setBoolean(1, inherited);
            statement.setBoolean(2, inherited);
            statement.setBoolean(3, inherited);
            statement.setLong(4, table);
            try (ResultSet r = statement.executeQuery()) {
                while (r.next()) {
                    found.add(read(r).statistics);
                }
            }
        }
        return found;
    }

    /**
     * @param inherited whether the statistics are those of the partitions together
     * @param known whether it is said already that the table's statistics are not to be seen
     */
    List<ExtendedStatistics> capture(long table, String quoted, boolean inherited, boolean known)
            throws SQLException, InterruptedException {
        List<ExtendedStatistics> statistics = new ArrayList<>();
        for (Read read : session.list(STATISTICS, ExtendedCapture::read, inherited, inherited, inherited, table)) {
            ExtendedStatistics s = read.statistics;
            statistics.add(s);
            String name = "The extended statistics " + s.name() + " of " + quoted;
            if (!read.seen && !known) {
                missing.add(
                        name + " are not to be seen, because pg_stats_ext shows them to members of the role that owns"
                                + " the table: "
                                + (read.ownedBySuperuser
                                        ? "capture as " + read.owner + ", a superuser, as whose member " + role
                                                + " might do anything."
                                        : "GRANT " + read.owner + " TO " + role + ";"));
            } else if (read.seen && !read.expressions && s.isUnknown()) {
                missing.add(name + " were never made: ANALYZE " + quoted + ";");
            }
            if (read.expressions && read.combined) {
                missing.add(
                        name + " are on expressions, too: what these have in common with other columns is left out.");
            }
        }
        return statistics;
    }

    private static Read read(ResultSet r) throws SQLException {
        List<String> columns = CaptureSession.texts(r, "columns");
        boolean expressions = r.getBoolean("expressions");
        Map<String, String> names = new HashMap<>();
        String[] keys = r.getString("keys").trim().split(" ");
        String[] sorted = Arrays.stream(keys)
                .filter(key -> !key.isEmpty())
                .sorted((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)))
                .toArray(String[]::new);
        for (int i = 0; i < sorted.length; i++) {
            names.put(sorted[i], columns.get(i));
        }
        ExtendedStatistics empty = new ExtendedStatistics(
                r.getString("stxname"),
                r.getString("definition"),
                columns,
                new TreeMap<>(),
                new TreeMap<>(),
                List.of(),
                List.of());
        // With expressions a combination has more fields than there are columns.
        List<String> combinations = expressions ? List.of() : CaptureSession.texts(r, "words");
        return new Read(
                r.getBoolean("seen"),
                r.getString("owner"),
                r.getBoolean("owned_by_superuser"),
                expressions,
                r.getBoolean("combined"),
                new ExtendedStatistics(
                        empty.name(),
                        empty.definition(),
                        columns,
                        numbers(r.getString("n_distinct"), names, empty),
                        numbers(r.getString("dependencies"), names, empty),
                        combinations.isEmpty()
                                ? List.of()
                                : CaptureSession.numbers(r, "shares").stream()
                                        .map(ExtendedCapture::rounded)
                                        .toList(),
                        combinations));
    }

    /** What the server writes as {@code {"2, 4": 17}} or {@code {"2 => 4": 0.5}}, with the names of the columns. */
    private static SortedMap<String, Double> numbers(
            @Nullable String text, Map<String, String> names, ExtendedStatistics of) {
        SortedMap<String, Double> numbers = new TreeMap<>();
        Matcher m = ENTRY.matcher(text == null ? "" : text);
        while (m.find()) {
            List<String> left = new ArrayList<>();
            for (String key : m.group(1).split(", ")) {
                left.add(names.getOrDefault(key, ""));
            }
            String right = m.group(2) == null ? null : names.getOrDefault(m.group(2), "");
            if (!left.contains("") && !"".equals(right)) {
                numbers.put(
                        of.key(left) + (right == null ? "" : " => " + right), rounded(Double.parseDouble(m.group(3))));
            }
        }
        return numbers;
    }

    private static double rounded(double value) {
        return Math.round(value * 1e6) / 1e6;
    }
}
