package dev.rehearse.observe;

import dev.rehearse.recording.RunClock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Names of relations by oid, read from the catalog in one go. A cast to {@code regclass} would wait behind the very locks that are
 * observed. The first name of a relation stays: a report speaks of what was there before the migration renamed it. But an index that was built concurrently in
 * another's place gets that one's name.
 */
public final class RelationNames {

    /** Joined here and not there, where the tables that it takes have no statistics in a new database. */
    private static final String ALL = """
            SELECT c.oid::bigint,
                   CASE WHEN n.nspname = 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
                   c.relkind, c.relispartition, c.reltoastrelid::bigint,
                   n.nspname IN ('pg_catalog', 'information_schema')
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace""";

    private static final String INDEXED = "SELECT indexrelid::bigint, indrelid::bigint FROM pg_catalog.pg_index";

    private static final String PARENTS = "SELECT inhrelid::bigint, inhparent::bigint FROM pg_catalog.pg_inherits";

    private static final long EVERY_MICROS = 250_000;
    private static final long URGENT_EVERY_MICROS = 20_000;

    private final Map<Long, Relation> relations = new ConcurrentHashMap<>();
    private long readMicros;
    private long tookMicros;

    /**
     * @param name with its schema unless that is public
     * @param kind table, partition, partitioned table, index, TOAST table ...
     * @param of the table of an index or a TOAST table, the parent of a partition; null for others
     * @param system whether it belongs to the system
     */
    public record Relation(
            String name, String kind, @Nullable String of, boolean system) {

        private boolean isNamedWhileBuilt() {
            return kind.equals("index") && dev.rehearse.wiretap.lock.Relation.isNamedWhileBuilt(name);
        }
    }

    private record Row(String name, char kind, boolean isPartition, long toastOid, boolean system) {}

    public void load(Connection connection, RunClock clock) throws SQLException {
        long began = clock.micros();
        load(connection);
        readMicros = clock.micros();
        tookMicros = readMicros - began;
    }

    /**
     * Looks for names that are not known yet. A large catalog is read less often, as a name that is not there yet may be looked for all
     * through a wait.
     *
     * @param urgent whether there will be no later occasion
     */
    public void lookFor(Connection connection, RunClock clock, LongStream oids, boolean urgent) throws SQLException {
        long every = urgent ? Math.max(URGENT_EVERY_MICROS, 2 * tookMicros) : Math.max(EVERY_MICROS, 10 * tookMicros);
        if (oids.anyMatch(oid -> oid != 0 && lacksName(oid)) && clock.micros() - readMicros > every) {
            load(connection, clock);
        }
    }

    private void load(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Map<Long, Row> rows = rows(statement);
            Map<Long, Long> tables = pairs(statement, INDEXED);
            Map<Long, Long> parents = pairs(statement, PARENTS);
            Map<Long, Long> toasted = new HashMap<>();
            rows.forEach((oid, row) -> toasted.put(row.toastOid(), oid));
            rows.forEach((oid, row) -> relations.compute(
                    oid,
                    (o, first) -> first == null || first.isNamedWhileBuilt()
                            ? relation(oid, row, rows, tables, parents, toasted)
                            : first));
        }
    }

    private static Map<Long, Row> rows(Statement statement) throws SQLException {
        Map<Long, Row> rows = new HashMap<>();
        try (ResultSet all = statement.executeQuery(ALL)) {
            while (all.next()) {
                rows.put(
                        all.getLong(1),
                        new Row(
                                all.getString(2),
                                all.getString(3).charAt(0),
                                all.getBoolean(4),
                                all.getLong(5),
                                all.getBoolean(6)));
            }
        }
        return rows;
    }

    private static Map<Long, Long> pairs(Statement statement, String query) throws SQLException {
        Map<Long, Long> pairs = new HashMap<>();
        try (ResultSet all = statement.executeQuery(query)) {
            while (all.next()) {
                pairs.put(all.getLong(1), all.getLong(2));
            }
        }
        return pairs;
    }

    /** A TOAST table is called after its table, since nobody knows it by its own name. */
    private static Relation relation(
            long oid,
            Row row,
            Map<Long, Row> rows,
            Map<Long, Long> tables,
            Map<Long, Long> parents,
            Map<Long, Long> toasted) {
        Row ofToast = rows.get(toasted.getOrDefault(oid, 0L));
        if (row.kind() == 't' && ofToast != null) {
            return new Relation(ofToast.name() + " (TOAST)", "TOAST table", ofToast.name(), ofToast.system());
        }
        long tableOid = tables.getOrDefault(oid, 0L);
        Row ofToastIndex = rows.get(toasted.getOrDefault(tableOid, 0L));
        if (tableOid != 0 && ofToastIndex != null) {
            return new Relation(
                    ofToastIndex.name() + " (TOAST index)", "TOAST index", ofToastIndex.name(), ofToastIndex.system());
        }
        boolean isPartition = row.isPartition() && (row.kind() == 'r' || row.kind() == 'p');
        Row of = rows.get(tableOid != 0 ? tableOid : isPartition ? parents.getOrDefault(oid, 0L) : 0L);
        return new Relation(row.name(), kind(row), of == null ? null : of.name(), row.system());
    }

    private static String kind(Row row) {
        return switch (row.kind()) {
            case 'r' -> row.isPartition() ? "partition" : "table";
            case 'p' -> "partitioned table";
            case 'i' -> "index";
            case 'I' -> "partitioned index";
            case 'm' -> "materialized view";
            case 'v' -> "view";
            case 'S' -> "sequence";
            case 'f' -> "foreign table";
            case 't' -> "TOAST table";
            case 'c' -> "composite type";
            default -> "relation";
        };
    }

    @Nullable
    public Relation relation(long oid) {
        return relations.get(oid);
    }

    public boolean knows(long oid) {
        return relations.containsKey(oid);
    }

    /** Whether it may get another name than the one that is known, if any. */
    private boolean lacksName(long oid) {
        Relation known = relations.get(oid);
        return known == null || known.isNamedWhileBuilt();
    }

    /** Whether it is known to be a table that has rows itself. */
    public boolean hasRows(long oid) {
        Relation relation = relations.get(oid);
        return relation != null
                && (relation.kind().equals("table") || relation.kind().equals("partition"));
    }

    /** Its name, or its number where there is none. */
    public String of(long oid) {
        Relation relation = relations.get(oid);
        return relation == null ? "relation " + oid : relation.name();
    }

    /** By the index's name. */
    public Map<String, String> tablesOfIndexes() {
        Map<String, String> tables = new HashMap<>();
        for (Relation relation : relations.values()) {
            String table = relation.of();
            if (table != null && relation.kind().endsWith("index")) {
                tables.put(relation.name(), table);
            }
        }
        return tables;
    }

    public Map<Long, String> all() {
        return relations.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, e -> e.getValue().name()));
    }
}
