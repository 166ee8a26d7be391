package dev.rehearse.data.profile.capture;

import dev.rehearse.data.profile.PartitionStatistics;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the partitions of a table. Of their common values leave but the places among the common values of the whole table. */
final class PartitionCapture {

    /** The statistics of the single partitions of a table with more than that are left out. */
    static final int MOST = 256;

    private static final String PARTITIONS = """
            SELECT p.oid, n.nspname, p.relname, CASE WHEN p.relnamespace = c.relnamespace THEN '' ELSE n.nspname || '.' END || p.relname AS name,
                   CASE WHEN p.reltuples >= 0 THEN p.reltuples::float8::bigint ELSE pg_stat_get_live_tuples(p.oid) END AS rows
            FROM pg_class c JOIN pg_class p ON p.relispartition AND pg_partition_root(p.oid) = c.oid
            JOIN pg_namespace n ON n.oid = p.relnamespace WHERE c.oid = ? AND p.relkind = 'r'""";

    private static final String STATISTICS = """
            SELECT s.attname, s.null_frac, s.n_distinct, s.avg_width, s.correlation, s.most_common_freqs,
                   (SELECT array_agg(coalesce((whole.place - 1)::text, '%s') ORDER BY own.place)
                    FROM unnest(s.most_common_vals::text::text[]) WITH ORDINALITY AS own (value, place)
                    LEFT JOIN unnest(w.most_common_vals::text::text[]) WITH ORDINALITY AS whole (value, place)
                         ON whole.value = own.value) AS common
            FROM pg_stats s JOIN pg_stats w ON w.attname = s.attname
            WHERE w.schemaname = ? AND w.tablename = ? AND w.inherited AND s.schemaname = ? AND s.tablename = ? AND NOT s.inherited""".formatted(PartitionStatistics.RARER);

    /** @param rows as the last VACUUM or ANALYZE has them, or else as inserted and deleted rows were counted */
    record Partition(long oid, String schema, String table, String name, long rows) {}

    private final CaptureSession session;

    PartitionCapture(CaptureSession session) {
        this.session = session;
    }

    /** Those that hold rows themselves. */
    List<Partition> of(long table) throws SQLException, InterruptedException {
        return session.list(
                PARTITIONS,
                r -> new Partition(
                        r.getLong("oid"),
                        r.getString("nspname"),
                        r.getString("relname"),
                        r.getString("name"),
                        r.getLong("rows")),
                table);
    }

    /** By column, and then by the name of the partition. */
    Map<String, SortedMap<String, PartitionStatistics>> statistics(
            String schema, String table, List<Partition> partitions) throws SQLException, InterruptedException {
        Map<String, SortedMap<String, PartitionStatistics>> byColumn = new HashMap<>();
        for (Partition partition : partitions) {
            session.list(
                            STATISTICS,
                            r -> Map.entry(r.getString("attname"), read(r)),
                            schema,
                            table,
                            partition.schema,
                            partition.table)
                    .forEach(one -> byColumn.computeIfAbsent(one.getKey(), column -> new TreeMap<>())
                            .put(partition.name, one.getValue()));
        }
        return byColumn;
    }

    private static PartitionStatistics read(ResultSet r) throws SQLException {
        return new PartitionStatistics(PlannerStatistics.read(r), CaptureSession.texts(r, "common"));
    }
}
