package dev.rehearse.data.profile.capture;

import dev.rehearse.data.profile.ColumnProfile;
import dev.rehearse.data.profile.PartitionStatistics;
import dev.rehearse.data.profile.TableProfile;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the user tables, one after the other. */
final class TableCapture {

    /**
     * The tables that a data set fills: the same ones in the same order. Sizes are those of the last VACUUM or ANALYZE, or else what the
     * server has counted of inserted and deleted rows: no lock is taken, as pg_partition_tree would take one of each partition.
     * ANALYZE leaves the wide values out, so their chunks are counted too, four to a page.
     */
    private static final String TABLES = """
            WITH parts AS MATERIALIZED (
              SELECT CASE WHEN p.relispartition THEN pg_partition_root(p.oid)::oid ELSE p.oid END AS root, p.oid, p.reltuples, p.relpages,
                     p.reltoastrelid
              FROM pg_class p WHERE p.relkind = 'r'),
            sizes AS MATERIALIZED (
              SELECT p.root, bool_or(p.reltuples >= 0) AS known, sum(pg_stat_get_live_tuples(p.oid)) AS live,
                     sum(CASE WHEN p.reltuples >= 0 THEN p.reltuples::float8 ELSE pg_stat_get_live_tuples(p.oid) END)::bigint AS rows,
                     sum(p.relpages::bigint) AS pages, coalesce(sum(t.relpages::bigint), 0) AS toast_pages,
                     coalesce(sum(pg_stat_get_live_tuples(t.oid)), 0) AS chunks,
                     coalesce(sum(pg_stat_get_dead_tuples(p.oid)), 0) AS dead
              FROM parts p LEFT JOIN pg_class t ON t.oid = p.reltoastrelid GROUP BY p.root)
            SELECT c.oid, n.nspname, c.relname, c.relkind = 'p' AS partitioned,
                   row_security_active(c.oid) AS hidden,
                   EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                           AND NOT has_column_privilege(c.oid, a.attnum, 'select')) AS unreadable,
                   CASE WHEN l.known OR c.relkind = 'p' OR l.live > 0 THEN l.rows ELSE -1 END AS rows,
                   EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indexprs IS NOT NULL)
                     OR EXISTS (SELECT FROM pg_statistic_ext e WHERE e.stxrelid = c.oid AND e.stxexprs IS NOT NULL) AS computed,
                   l.pages * current_setting('block_size')::bigint AS bytes,
                   greatest(l.toast_pages * current_setting('block_size')::bigint, l.chunks * 2048) AS toast_bytes, l.dead
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN sizes l ON l.root = c.oid
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
              AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'rehearse', 'rehearse_filling')
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            ORDER BY n.nspname, c.relname""";

    private static final String CONSTRAINTS =
            "SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE ? AND conrelid = ? ORDER BY conname";

    private static final String INDEXES = """
            SELECT c.relname, CASE WHEN ? THEN pg_get_indexdef(c.oid) ELSE '' END AS definition, l.pages * current_setting('block_size')::bigint AS bytes, l.scans
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            CROSS JOIN LATERAL (
              SELECT c.relpages AS pages, pg_stat_get_numscans(c.oid) AS scans WHERE c.relkind <> 'I'
              UNION ALL
              SELECT sum(p.relpages::bigint), coalesce(sum(pg_stat_get_numscans(p.oid)), 0)
              FROM pg_class p WHERE c.relkind = 'I' AND p.relispartition AND p.relkind = 'i' AND pg_partition_root(p.oid) = c.oid
              HAVING c.relkind = 'I') l
            WHERE i.indrelid = ? ORDER BY c.relname""";

    private static final int MOST_NAMED = 20;

    private record Found(
            long oid,
            String schema,
            String name,
            boolean partitioned,
            boolean hidden,
            boolean unreadable,
            boolean computed,
            long rows,
            long bytes,
            long toastBytes,
            long dead) {

        String label() {
            return schema + "." + name;
        }

        String quoted() {
            return Quoted.identifier(schema) + "." + Quoted.identifier(name);
        }
    }

    private final CaptureSession session;
    private final CaptureSpec spec;
    private final String role;
    private final List<String> missing;
    private final ColumnCapture columns;
    private final PartitionCapture partitions;
    private final ExtendedCapture extended;
    private final Set<String> seenColumns = new HashSet<>();
    private final Set<String> unreadable = new TreeSet<>();
    private final Set<String> hidden = new TreeSet<>();
    private final Set<String> unanalyzed = new TreeSet<>();
    private final Set<String> uncounted = new TreeSet<>();

    TableCapture(CaptureSession session, CaptureSpec spec, String role, List<String> missing) {
        this.session = session;
        this.spec = spec;
        this.role = role;
        this.missing = missing;
        this.columns = new ColumnCapture(session, spec.harmless());
        this.partitions = new PartitionCapture(session);
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
                        r.getBoolean("computed"),
                        r.getLong("rows"),
                        r.getLong("bytes"),
                        r.getLong("toast_bytes"),
                        r.getLong("dead")));
        List<TableProfile> tables = new ArrayList<>();
        for (Found table : found) {
            tables.add(capture(table));
        }
        tellMissing();
        return tables;
    }

    /** The columns of all tables, as {@code schema.table.column}. */
    Set<String> columns() {
        return seenColumns;
    }

    private TableProfile capture(Found table) throws SQLException, InterruptedException {
        session.about("table " + table.label());
        Map<Long, Long> counted = spec.exact() ? counted(table) : null;
        int known = missing.size();
        try {
            return capture(table, counted, true);
        } catch (SQLException e) {
            if (!CaptureSession.LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            missing.subList(known, missing.size()).clear();
            missing.add("Defaults, constraints, extended statistics and definitions of indexes of " + table.label()
                    + " are not to be seen, because another session holds a lock on it; capture again later.");
            return capture(table, counted, false);
        }
    }

    /**
     * @param counted null where the estimate is taken
     * @param definitions whether to ask for what the server opens the table for: expressions as they are written
     */
    private TableProfile capture(Found table, @Nullable Map<Long, Long> counted, boolean definitions)
            throws SQLException, InterruptedException {
        String label = table.label();
        long rows = counted == null
                ? table.rows
                : counted.values().stream().mapToLong(Long::longValue).sum();
        List<PartitionCapture.Partition> parts = table.partitioned ? partitions.of(table.oid) : List.of();
        List<ColumnProfile> captured = columns.capture(
                table.oid,
                table.schema,
                table.name,
                table.partitioned,
                definitions,
                rows,
                statisticsOf(table, label, parts));
        captured.forEach(column -> seenColumns.add(label + "." + column.name()));
        noteMissing(table, label, captured);
        return new TableProfile(
                0,
                table.schema,
                table.name,
                table.partitioned ? "partitioned" : "table",
                rows,
                counted != null,
                table.bytes,
                table.toastBytes,
                table.dead,
                rowsOf(parts, counted),
                captured,
                session.list(
                        CONSTRAINTS,
                        r -> new TableProfile.Definition(r.getString("conname"), r.getString("definition")),
                        definitions,
                        table.oid),
                session.list(
                        INDEXES,
                        r -> new TableProfile.IndexProfile(
                                r.getString("relname"),
                                r.getString("definition"),
                                r.getLong("bytes"),
                                r.getLong("scans")),
                        definitions,
                        table.oid),
                definitions
                        ? extended.capture(
                                table.oid, table.quoted(), table.partitioned, table.unreadable || table.hidden)
                        : List.of(),
                definitions && table.computed ? PlannerStatistics.expressions(session, table.oid) : new TreeMap<>());
    }

    /** The rows of each table that holds some: of the table itself, or of its partitions. Null where another session has locked one. */
    private @Nullable Map<Long, Long> counted(Found table) throws SQLException, InterruptedException {
        Map<Long, Long> counted = new HashMap<>();
        try {
            session.list(
                            "SELECT tableoid, count(*) AS rows FROM " + (table.partitioned ? "" : "ONLY ")
                                    + table.quoted() + " GROUP BY tableoid",
                            r -> Map.entry(r.getLong("tableoid"), r.getLong("rows")))
                    .forEach(one -> counted.put(one.getKey(), one.getValue()));
        } catch (SQLException e) {
            if (!CaptureSession.LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            uncounted.add(table.label());
            return null;
        }
        return counted;
    }

    private static SortedMap<String, Long> rowsOf(
            List<PartitionCapture.Partition> partitions, @Nullable Map<Long, Long> counted) {
        SortedMap<String, Long> rows = new TreeMap<>();
        partitions.forEach(
                one -> rows.put(one.name(), counted == null ? one.rows() : counted.getOrDefault(one.oid(), 0L)));
        return rows;
    }

    private Map<String, SortedMap<String, PartitionStatistics>> statisticsOf(
            Found table, String label, List<PartitionCapture.Partition> parts)
            throws SQLException, InterruptedException {
        if (parts.size() > PartitionCapture.MOST) {
            missing.add("The statistics of the single partitions of " + label + " are left out, because these are "
                    + parts.size() + ", more than " + PartitionCapture.MOST + ".");
            return Map.of();
        }
        return partitions.statistics(table.schema, table.name, parts);
    }

    private void noteMissing(Found table, String label, List<ColumnProfile> captured) {
        if (table.unreadable) {
            unreadable.add(label);
        } else if (table.hidden) {
            hidden.add(label);
        } else if (table.rows < 0
                || (table.rows > 0 && captured.stream().allMatch(c -> c.statistics() == null) && !captured.isEmpty())) {
            unanalyzed.add(table.quoted());
        }
    }

    /** Says what was not to be seen of many tables in one line for each reason. */
    private void tellMissing() {
        tell(
                "The statistics of ",
                unreadable,
                " are not to be seen, because pg_stats shows a role the columns that it may SELECT: GRANT"
                        + " pg_read_all_data TO " + role + "; (or SELECT on these)");
        tell(
                "The statistics of ",
                hidden,
                " are not to be seen, because row-level security applies to the role: ALTER ROLE " + role
                        + " BYPASSRLS;");
        tell(
                "Never analyzed: ",
                unanalyzed,
                ". ANALYZE them, a partitioned table itself too, which autovacuum does not.");
        tell(
                "The rows of ",
                uncounted,
                " are not counted but as of the last VACUUM or ANALYZE, because another session holds a lock; capture"
                        + " again later.");
    }

    private void tell(String before, Set<String> tables, String after) {
        if (!tables.isEmpty()) {
            String more = tables.size() > MOST_NAMED ? " and " + (tables.size() - MOST_NAMED) + " more" : "";
            missing.add(before + tables.stream().limit(MOST_NAMED).collect(Collectors.joining(", ")) + more + after);
        }
    }
}
