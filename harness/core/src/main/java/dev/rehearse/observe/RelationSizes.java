package dev.rehearse.observe;

import dev.rehearse.recording.Recording.RelationSize;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Sizes of user tables and indexes, and dead rows. The <a
 * href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-DBOBJECT">size functions</a> lock the relation they
 * measure, so this is for before and after a migration and never for while it holds locks; what is locked all the same is given up soon
 * and named.
 *
 * @param sizes tables and indexes, largest first
 * @param missing relations that were locked, by name
 */
public record RelationSizes(List<RelationSize> sizes, List<String> missing) {

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int PATIENCE_MILLIS = 500;
    private static final int PATIENCE_WITH_EACH_MILLIS = 50;

    private static final String RELATIONS = """
            SELECT c.oid::bigint,
                   CASE WHEN n.nspname = 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
                   c.relkind IN ('r', 'm'), pg_stat_get_dead_tuples(c.oid)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm', 'i') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            ORDER BY c.oid""";

    /** A relation that is gone meanwhile has no size. */
    private static final String SIZES = """
            SELECT coalesce(pg_relation_size(c.oid), 0)
                   + CASE WHEN c.reltoastrelid = 0 THEN 0 ELSE coalesce(pg_relation_size(c.reltoastrelid), 0) END
            FROM unnest(?) WITH ORDINALITY AS asked (oid, place) LEFT JOIN pg_catalog.pg_class c ON c.oid = asked.oid
            ORDER BY asked.place""";

    public RelationSizes {
        sizes = List.copyOf(sizes);
        missing = List.copyOf(missing);
    }

    private record Relation(long oid, String name, boolean isTable, long deadRows) {}

    /**
     * Reads all sizes; it takes at most half a second longer where relations are locked, and 50 ms for each that is.
     *
     * @param connection in autocommit, and so afterwards
     * @param moment "before", "after migration", "after rollback"
     */
    public static RelationSizes read(Connection connection, String moment) throws SQLException {
        List<Relation> relations = relations(connection);
        List<RelationSize> sizes = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        if (!read(connection, moment, relations, PATIENCE_MILLIS, sizes)) {
            for (Relation relation : relations) {
                if (!read(connection, moment, List.of(relation), PATIENCE_WITH_EACH_MILLIS, sizes)) {
                    missing.add(relation.name());
                }
            }
        }
        sizes.sort(Comparator.comparingLong(RelationSize::bytes).reversed().thenComparing(RelationSize::relation));
        return new RelationSizes(sizes, missing);
    }

    private static List<Relation> relations(Connection connection) throws SQLException {
        List<Relation> relations = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(RELATIONS)) {
            while (row.next()) {
                relations.add(new Relation(row.getLong(1), row.getString(2), row.getBoolean(3), row.getLong(4)));
            }
        }
        return relations;
    }

    /** Adds the sizes of all, or none and says false if one of them is locked. */
    private static boolean read(
            Connection connection,
            String moment,
            List<Relation> relations,
            int patienceMillis,
            List<RelationSize> sizes)
            throws SQLException {
        connection.setAutoCommit(false);
        try (Statement settings = connection.createStatement();
                PreparedStatement statement = connection.prepareStatement(SIZES)) {
            settings.execute("SET LOCAL lock_timeout = " + patienceMillis);
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "oid", relations.stream().map(Relation::oid).toArray()));
            List<RelationSize> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                for (Relation relation : relations) {
                    row.next();
                    long bytes = row.getLong(1);
                    if (!row.wasNull()) {
                        found.add(size(moment, relation, bytes));
                    }
                }
            }
            sizes.addAll(found);
            return true;
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            return false;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static RelationSize size(String moment, Relation relation, long bytes) {
        return relation.isTable()
                ? new RelationSize(moment, relation.name(), "table", bytes, relation.deadRows())
                : new RelationSize(moment, relation.name(), "index", bytes, -1);
    }
}
