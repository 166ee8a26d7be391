package dev.rehearse.observe;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Names of relations by oid, read from the catalog in one go. A cast to {@code regclass} would wait behind the very locks that are
 * observed. The first name of a relation stays: a report speaks of what was there before the migration renamed it.
 */
final class RelationNames {

    /** A TOAST table is called after its table, since nobody knows it by its own name. */
    private static final String ALL = """
            WITH named AS (
                SELECT c.oid, c.relkind, c.relispartition, c.reltoastrelid,
                       CASE WHEN n.nspname = 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname)
                           AS name,
                       n.nspname IN ('pg_catalog', 'information_schema') AS is_system
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace)
            SELECT r.oid::bigint,
                   CASE WHEN toasted.oid IS NOT NULL THEN toasted.name || ' (TOAST)'
                        WHEN toast_indexed.oid IS NOT NULL THEN toast_indexed.name || ' (TOAST index)'
                        ELSE r.name END,
                   CASE WHEN r.relkind = 't' THEN 'TOAST table'
                        WHEN toast_indexed.oid IS NOT NULL THEN 'TOAST index'
                        WHEN r.relkind = 'r' AND r.relispartition THEN 'partition'
                        WHEN r.relkind = 'r' THEN 'table'
                        WHEN r.relkind = 'p' THEN 'partitioned table'
                        WHEN r.relkind = 'i' THEN 'index'
                        WHEN r.relkind = 'I' THEN 'partitioned index'
                        WHEN r.relkind = 'm' THEN 'materialized view'
                        WHEN r.relkind = 'v' THEN 'view'
                        WHEN r.relkind = 'S' THEN 'sequence'
                        WHEN r.relkind = 'f' THEN 'foreign table'
                        ELSE 'relation' END,
                   coalesce(toasted.name, toast_indexed.name, indexed.name, parent.name),
                   r.is_system OR coalesce(toasted.is_system, toast_indexed.is_system, false)
            FROM named r
            LEFT JOIN named toasted ON toasted.reltoastrelid = r.oid AND r.relkind = 't'
            LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid
            LEFT JOIN named indexed ON indexed.oid = i.indrelid
            LEFT JOIN named toast_indexed ON toast_indexed.reltoastrelid = i.indrelid AND indexed.relkind = 't'
            LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = r.oid AND r.relispartition AND r.relkind IN ('r', 'p')
            LEFT JOIN named parent ON parent.oid = h.inhparent""";

    private final Map<Long, Relation> relations = new ConcurrentHashMap<>();

    /**
     * @param name with its schema unless that is public
     * @param kind table, partition, partitioned table, index, TOAST table ...
     * @param of the table of an index or a TOAST table, the parent of a partition; null for others
     * @param system whether it belongs to the system
     */
    record Relation(String name, String kind, @Nullable String of, boolean system) {}

    void load(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ALL)) {
            while (rows.next()) {
                relations.putIfAbsent(
                        rows.getLong(1),
                        new Relation(rows.getString(2), rows.getString(3), rows.getString(4), rows.getBoolean(5)));
            }
        }
    }

    boolean knows(long oid) {
        return relations.containsKey(oid);
    }

    @Nullable
    Relation relation(long oid) {
        return relations.get(oid);
    }

    @Nullable
    String of(long oid) {
        Relation relation = relations.get(oid);
        return relation == null ? null : relation.name();
    }

    Map<Long, String> all() {
        return relations.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, e -> e.getValue().name()));
    }
}
