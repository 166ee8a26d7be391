package dev.rehearse.data.profile.capture;

import dev.rehearse.data.profile.ColumnProfile;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.profile.PartitionStatistics;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the columns of a table. What is not harmless becomes shape on the server, inside the query. */
final class ColumnCapture {

    /** Rows from which on nobody can be meant by the years between which nine tenths of the rows lie. */
    private static final int MANY = 1_000;

    /** No power of two is told that is smaller, so that small numbers are not told as they are. */
    private static final int FEWEST_BITS = 4;

    /**
     * One row per column. {@code v} is every value that the statistics hold; the aggregates over it see them on the server and tell their
     * shape. {@code most_common_vals} goes out in the columns for harmless values alone. What a column is and its values come out of one materialized
     * row, or the planner might try the values of one as the type of another before it joins them.
     */
    private static final String COLUMNS = """
            WITH RECURSIVE columns AS (
              SELECT a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull, a.atttypid,
                     CASE WHEN ? THEN pg_get_expr(f.adbin, f.adrelid) END AS default_value
              FROM pg_attribute a LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
              WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped),
            bases AS (
              SELECT c.attnum, t.* FROM columns c CROSS JOIN LATERAL (
                SELECT oid, typtype, typcategory, typbasetype, typname FROM pg_type WHERE oid = c.atttypid OFFSET 0) t
              UNION ALL
              SELECT b.attnum, t.* FROM bases b CROSS JOIN LATERAL (
                SELECT oid, typtype, typcategory, typbasetype, typname FROM pg_type WHERE oid = b.typbasetype OFFSET 0) t),
            sorts AS (
              SELECT attnum, CASE WHEN typtype = 'e' OR typcategory = 'B' THEN 'harmless' WHEN typcategory = 'S' THEN 'text'
                                  WHEN typcategory = 'N' AND typname IN ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric') THEN 'number'
                                  WHEN typcategory = 'D' AND typname IN ('date', 'timestamp', 'timestamptz') THEN 'instant'
                                  ELSE 'other' END AS sort
              FROM bases WHERE typtype <> 'd'),
            known AS MATERIALIZED (
              SELECT c.attnum, c.attname, c.type, c.attnotnull, c.default_value, x.sort, h.harmless,
                     s.null_frac, s.n_distinct, s.avg_width, s.correlation, s.most_common_freqs,
                     s.most_common_vals::text::text[] AS common_values, s.histogram_bounds::text::text[] AS bounds
              FROM columns c JOIN sorts x ON x.attnum = c.attnum
              CROSS JOIN LATERAL (SELECT x.sort = 'harmless' OR c.attname = ANY (?::text[]) AS harmless) h
              LEFT JOIN pg_stats s ON s.schemaname = ? AND s.tablename = ? AND s.attname = c.attname AND s.inherited = ?)
            SELECT k.attname, k.type, k.attnotnull, k.default_value, k.harmless,
                   k.null_frac, k.n_distinct, k.avg_width, k.correlation, k.most_common_freqs,
                   CASE WHEN k.harmless THEN k.common_values END AS common_values, CASE WHEN k.harmless THEN k.bounds END AS bounds,
                   shape.*, round(shape.span::numeric, 1 - floor(log(shape.span::numeric))::int)::int AS days
            FROM known k
            LEFT JOIN LATERAL (
              SELECT CASE WHEN k.sort = 'text' THEN
                       percentile_disc(ARRAY[0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1]::float8[]) WITHIN GROUP (ORDER BY length(v)) END AS lengths,
                     CASE WHEN k.sort = 'text' THEN ARRAY[
                       avg((v ~ '[[:upper:]]')::int), avg((v ~ '[[:lower:]]')::int), avg((v ~ '[[:digit:]]')::int), avg((v ~ ' ')::int),
                       avg((v ~ '@')::int), avg((v ~ '[-_.,:;/+()#]')::int), avg((v ~ '[^[:ascii:]]')::int)] END AS characters,
                     percentile_disc(ARRAY[0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1]::float8[]) WITHIN GROUP (ORDER BY
                       CASE WHEN k.sort = 'number' AND v NOT IN ('NaN', 'Infinity', '-Infinity') THEN
                         (CASE WHEN v::numeric < 0 THEN -1 ELSE 1 END
                          * least(63, greatest(%d, ceil(log(2, abs(trunc(v::numeric)) + 1)))))::int END) AS magnitudes,
                     percentile_disc(ARRAY[.05, .95]::float8[]) WITHIN GROUP (ORDER BY
                       CASE WHEN k.sort = 'instant' AND v !~ 'infinity|BC' THEN extract(year FROM v::timestamp)::int END) AS years,
                     percentile_disc(.95) WITHIN GROUP (ORDER BY
                       CASE WHEN k.sort = 'instant' AND v !~ 'infinity|BC' THEN floor(extract(epoch FROM v::timestamp) / 86400) END)
                     - percentile_disc(.05) WITHIN GROUP (ORDER BY
                       CASE WHEN k.sort = 'instant' AND v !~ 'infinity|BC' THEN floor(extract(epoch FROM v::timestamp) / 86400) END) + 1 AS span
              FROM (SELECT unnest(k.common_values) AS v UNION ALL SELECT unnest(k.bounds)) AS each) shape ON k.null_frac IS NOT NULL
            ORDER BY k.attnum""".formatted(FEWEST_BITS);

    private static final List<String> CLASSES =
            List.of("upper", "lower", "digit", "blank", "at", "punctuation", "beyondAscii");

    private final CaptureSession session;
    private final Set<String> harmless;

    ColumnCapture(CaptureSession session, Set<String> harmless) {
        this.session = session;
        this.harmless = harmless;
    }

    /**
     * @param definitions whether the defaults are asked for
     * @param inherited whether the statistics are those of the partitions together
     * @param partitions the statistics of the single partitions, by column and then by name
     */
    List<ColumnProfile> capture(
            long oid,
            String schema,
            String table,
            boolean inherited,
            boolean definitions,
            long rows,
            Map<String, SortedMap<String, PartitionStatistics>> partitions)
            throws SQLException, InterruptedException {
        String prefix = schema + "." + table + ".";
        String names = harmless.stream()
                .filter(column -> column.startsWith(prefix))
                .map(column -> "\""
                        + column.substring(prefix.length())
                                .replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                        + "\"")
                .reduce((a, b) -> a + "," + b)
                .orElse("");
        return session.list(
                COLUMNS,
                r -> column(r, rows, partitions),
                definitions,
                oid,
                "{" + names + "}",
                schema,
                table,
                inherited);
    }

    private static ColumnProfile column(
            ResultSet r, long rows, Map<String, SortedMap<String, PartitionStatistics>> partitions)
            throws SQLException {
        return new ColumnProfile(
                0,
                r.getString("attname"),
                r.getString("type"),
                r.getBoolean("attnotnull"),
                r.getString("default_value"),
                r.getBoolean("harmless"),
                statistics(r, rows),
                partitions.getOrDefault(r.getString("attname"), new TreeMap<>()));
    }

    private static @Nullable Statistics statistics(ResultSet r, long rows) throws SQLException {
        double nullShare = r.getDouble("null_frac");
        if (r.wasNull()) {
            return null;
        }
        boolean harmless = r.getBoolean("harmless");
        double correlation = r.getDouble("correlation");
        @Nullable Double known = r.wasNull() ? null : rounded(correlation);
        List<Integer> years = CaptureSession.integersOrNone(r, "years");
        return new Statistics(
                rounded(nullShare),
                rounded(r.getDouble("n_distinct")),
                r.getInt("avg_width"),
                known,
                CaptureSession.numbers(r, "most_common_freqs").stream()
                        .map(ColumnCapture::rounded)
                        .toList(),
                harmless ? CaptureSession.texts(r, "common_values") : List.of(),
                harmless ? CaptureSession.texts(r, "bounds") : List.of(),
                CaptureSession.integersOrNone(r, "lengths"),
                characters(CaptureSession.texts(r, "characters")),
                CaptureSession.integersOrNone(r, "magnitudes"),
                rows >= MANY ? years : List.of(),
                rows >= MANY ? r.getInt("days") : 0);
    }

    private static SortedMap<String, Double> characters(List<String> shares) {
        SortedMap<String, Double> characters = new TreeMap<>();
        for (int i = 0; i < shares.size(); i++) {
            if (!shares.get(i).equals("null")) {
                double share = Math.round(Double.parseDouble(shares.get(i)) * 10) / 10.0;
                if (share > 0) {
                    characters.put(CLASSES.get(i), share);
                }
            }
        }
        return characters;
    }

    static double rounded(double value) {
        return Math.round(value * 1e6) / 1e6;
    }
}
