package dev.rehearse.data.profile;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the user tables, one after the other. */
final class TableCapture {

    /**
     * The tables that a data set fills: the same ones in the same order. Sizes are those of the last VACUUM or ANALYZE, or else what the
     * server has counted of inserted and deleted rows: no lock is taken, as pg_partition_tree would take one of each partition.
     * ANALYZE leaves the wide values out, so their chunks are counted too, four to a page.
     */
    private static final String TABLES = """
            SELECT c.oid, n.nspname, c.relname, c.relkind = 'p' AS partitioned,
                   row_security_active(c.oid) AS hidden,
                   EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                           AND NOT has_column_privilege(c.oid, a.attnum, 'select')) AS unreadable,
                   l.rows, l.pages * current_setting('block_size')::bigint AS bytes,
                   greatest(l.toast_pages * current_setting('block_size')::bigint, l.chunks * 2048) AS toast_bytes, l.dead
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL (
              SELECT CASE WHEN bool_or(p.reltuples >= 0) OR c.relkind = 'p' OR sum(pg_stat_get_live_tuples(p.oid)) > 0
                          THEN sum(CASE WHEN p.reltuples >= 0 THEN p.reltuples::float8 ELSE pg_stat_get_live_tuples(p.oid) END)::bigint
                          ELSE -1 END AS rows,
                     sum(p.relpages::bigint) AS pages, coalesce(sum(t.relpages::bigint), 0) AS toast_pages,
                     coalesce(sum(pg_stat_get_live_tuples(t.oid)), 0) AS chunks,
                     coalesce(sum(pg_stat_get_dead_tuples(p.oid)), 0) AS dead
              FROM pg_class p LEFT JOIN pg_class t ON t.oid = p.reltoastrelid
              WHERE CASE WHEN c.relkind = 'p' THEN p.relkind = 'r' AND p.relispartition AND pg_partition_root(p.oid) = c.oid
                         ELSE p.oid = c.oid END) l
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
              AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rehearse', 'rehearse_filling')
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            ORDER BY n.nspname, c.relname""";

    private static final String PARTITIONS = """
            SELECT p.oid, CASE WHEN p.relnamespace = c.relnamespace THEN '' ELSE n.nspname || '.' END || p.relname AS name,
                   CASE WHEN p.reltuples >= 0 THEN p.reltuples::float8::bigint ELSE pg_stat_get_live_tuples(p.oid) END AS rows
            FROM pg_class c JOIN pg_class p ON p.relispartition AND pg_partition_root(p.oid) = c.oid
            JOIN pg_namespace n ON n.oid = p.relnamespace WHERE c.oid = ? AND p.relkind = 'r'""";

    private static final String CONSTRAINTS =
            "SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conrelid = ? ORDER BY conname";

    private static final String INDEXES = """
            SELECT c.relname, pg_get_indexdef(c.oid) AS definition,
                   (SELECT sum(l.relpages::bigint) FROM pg_class l
                     WHERE l.oid = c.oid OR c.relkind = 'I' AND l.relispartition AND pg_partition_root(l.oid) = c.oid)
                     * current_setting('block_size')::bigint AS bytes,
                   (SELECT coalesce(sum(pg_stat_get_numscans(l.oid)), 0) FROM pg_class l
                     WHERE l.oid = c.oid OR c.relkind = 'I' AND l.relispartition AND pg_partition_root(l.oid) = c.oid) AS scans
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = ? ORDER BY c.relname""";

    private record Found(
            long oid,
            String schema,
            String name,
            boolean partitioned,
            boolean hidden,
            boolean unreadable,
            long rows,
            long bytes,
            long toastBytes,
            long dead) {

        String quoted() {
            return Quoted.identifier(schema) + "." + Quoted.identifier(name);
        }
    }

    private final CaptureSession session;
    private final CaptureSpec spec;
    private final String role;
    private final List<String> missing;
    private final ColumnCapture columns;
    private final ExtendedCapture extended;
    private final Set<String> seenColumns = new HashSet<>();

    TableCapture(CaptureSession session, CaptureSpec spec, String role, List<String> missing) {
        this.session = session;
        this.spec = spec;
        this.role = role;
        this.missing = missing;
        this.columns = new ColumnCapture(session, spec.harmless());
        this.extended = new ExtendedCapture(session, role, missing);
    }

    List<TableProfile> capture() throws SQLException, InterruptedException {
        List<Found> found = session.list(
                TABLES,
                r -> new Found(
                        r.getLong("oid"),
                        r.getString("nspname"),
                        r.getString("relname"),
                        r.getBoolean("partitioned"),
                        r.getBoolean("hidden"),
                        r.getBoolean("unreadable"),
                        r.getLong("rows"),
                        r.getLong("bytes"),
                        r.getLong("toast_bytes"),
                        r.getLong("dead")));
        List<TableProfile> tables = new ArrayList<>();
        for (Found table : found) {
            tables.add(capture(table));
        }
        return tables;
    }

    /** The columns of all tables, as {@code schema.table.column}. */
    Set<String> columns() {
        return seenColumns;
    }

    private TableProfile capture(Found table) throws SQLException, InterruptedException {
        String label = table.schema + "." + table.name;
        session.about("table " + label);
        Map<Long, Long> counted = spec.exact() ? counted(table) : Map.of();
        long rows = spec.exact()
                ? counted.values().stream().mapToLong(Long::longValue).sum()
                : table.rows;
        List<ColumnProfile> captured = columns.capture(table.oid, table.schema, table.name, table.partitioned, rows);
        captured.forEach(column -> seenColumns.add(label + "." + column.name()));
        noteMissing(table, label, captured);
        return new TableProfile(
                0,
                table.schema,
                table.name,
                table.partitioned ? "partitioned" : "table",
                rows,
                spec.exact(),
                table.bytes,
                table.toastBytes,
                table.dead,
                table.partitioned ? partitions(table.oid, counted) : new TreeMap<>(),
                captured,
                session.list(
                        CONSTRAINTS,
                        r -> new TableProfile.Definition(r.getString("conname"), r.getString("definition")),
                        table.oid),
                session.list(
                        INDEXES,
                        r -> new TableProfile.IndexProfile(
                                r.getString("relname"),
                                r.getString("definition"),
                                r.getLong("bytes"),
                                r.getLong("scans")),
                        table.oid),
                extended.capture(table.oid, table.quoted(), table.partitioned, table.unreadable || table.hidden));
    }

    /** The rows of each table that holds some: of the table itself, or of its partitions. */
    private Map<Long, Long> counted(Found table) throws SQLException, InterruptedException {
        Map<Long, Long> counted = new HashMap<>();
        session.list(
                        "SELECT tableoid, count(*) AS rows FROM " + (table.partitioned ? "" : "ONLY ") + table.quoted()
                                + " GROUP BY tableoid",
                        r -> Map.entry(r.getLong("tableoid"), r.getLong("rows")))
                .forEach(one -> counted.put(one.getKey(), one.getValue()));
        return counted;
    }

    private SortedMap<String, Long> partitions(long oid, Map<Long, Long> counted)
            throws SQLException, InterruptedException {
        SortedMap<String, Long> partitions = new TreeMap<>();
        session.list(
                        PARTITIONS,
                        r -> Map.entry(
                                r.getString("name"),
                                spec.exact() ? counted.getOrDefault(r.getLong("oid"), 0L) : r.getLong("rows")),
                        oid)
                .forEach(one -> partitions.put(one.getKey(), one.getValue()));
        return partitions;
    }

    private void noteMissing(Found table, String label, List<ColumnProfile> captured) {
        if (table.unreadable) {
            missing.add("The statistics of " + label
                    + " are not to be seen, because pg_stats shows a role the columns that it may"
                    + " SELECT: GRANT SELECT ON " + table.quoted() + " TO " + role
                    + "; (or pg_read_all_data for all tables)");
        } else if (table.hidden) {
            missing.add("The statistics of " + label
                    + " are not to be seen, because its row-level security applies to the role: ALTER ROLE " + role
                    + " BYPASSRLS;");
        } else if (table.rows < 0
                || (table.rows > 0 && captured.stream().allMatch(c -> c.statistics() == null) && !captured.isEmpty())) {
            missing.add("Table " + label + " was never analyzed: ANALYZE " + table.quoted() + ";");
        }
    }
}
