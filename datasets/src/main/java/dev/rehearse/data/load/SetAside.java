package dev.rehearse.data.load;

import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.Sql;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What stands in the way of a fast load, taken away before it and put back after it with the same definition: row triggers and forced row
 * security of all tables that are loaded, indexes and foreign keys of the large ones. Putting a foreign key back checks all its rows.
 *
 * <p>A superuser's indexes, primary and unique keys included, stay where they are and are marked in the catalog as CREATE INDEX CONCURRENTLY
 * marks what it has not finished: nothing keeps them up, nothing reads them, and everybody sees that they are invalid. REINDEX builds them,
 * which checks that keys are unique, and marks them valid; no property of theirs, no constraint and nothing that depends on them is touched.
 * Who may not write the catalog drops and creates indexes that are neither unique nor part of a constraint, and leaves the others in place.
 * Exclusion constraints and the indexes of partitioned tables stay in place, too.
 */
public final class SetAside {

    /**
     * One object.
     *
     * @param name what it is, for people
     * @param drop how it goes; runs in a transaction
     * @param restore how it comes back, statement by statement
     */
    public record Piece(String name, String drop, List<String> restore) {}

    private final List<Piece> triggers = new ArrayList<>();
    private final List<Piece> foreignKeys = new ArrayList<>();
    private final List<Piece> indexes = new ArrayList<>();

    private SetAside() {}

    /**
     * @param loaded tables that get rows
     * @param large those of them that get so many that indexes are better built afterwards
     * @param unordered foreign keys that must go although their tables are small
     * @param keysToo whether keys of the large ones go, see {@link #mayTakeKeys}
     */
    public static SetAside read(
            Connection connection, Set<Long> loaded, Set<Long> large, Set<Long> unordered, boolean keysToo)
            throws SQLException {
        SetAside pieces = new SetAside();
        // So that the server qualifies every name in the definitions that it writes back.
        Sql.execute(connection, "SET search_path = pg_catalog");
        try {
            pieces.readRowSecurity(connection, loaded);
            pieces.readTriggers(connection, loaded);
            Set<Long> gone = pieces.readForeignKeys(connection, large, unordered);
            if (keysToo) {
                pieces.readIndexesAndKeys(connection, loaded, large, gone);
            } else {
                pieces.readIndexes(connection, large);
            }
        } finally {
            Sql.execute(connection, "RESET search_path");
        }
        return pieces;
    }

    /**
     * Whether unique indexes, and so keys, can be taken away: by who may write the catalog, and where nothing is published, since a published
     * table cannot be updated while its replica identity is invalid. A foreign key that stays keeps the key that it refers to in place.
     */
    public static boolean mayTakeKeys(Connection connection) throws SQLException {
        return Sql.queryLong(
                        connection,
                        "SELECT (rolsuper AND NOT EXISTS (SELECT FROM pg_publication))::int FROM pg_roles WHERE rolname = current_user")
                == 1;
    }

    /** What was taken away before, by their kinds. */
    static SetAside of(List<Piece> triggers, List<Piece> foreignKeys, List<Piece> indexes) {
        SetAside pieces = new SetAside();
        pieces.triggers.addAll(triggers);
        pieces.foreignKeys.addAll(foreignKeys);
        pieces.indexes.addAll(indexes);
        return pieces;
    }

    public List<Piece> indexes() {
        return indexes;
    }

    public List<Piece> foreignKeys() {
        return foreignKeys;
    }

    public List<Piece> triggers() {
        return triggers;
    }

    /** Takes everything away; in a transaction, so that a failure leaves everything in its place. */
    void takeAway(Connection connection) throws SQLException {
        for (Piece piece :
                Stream.of(triggers, foreignKeys, indexes).flatMap(List::stream).toList()) {
            Sql.execute(connection, piece.drop);
        }
    }

    public static void putBack(Connection connection, Piece piece) {
        for (String statement : piece.restore) {
            try {
                Sql.execute(connection, statement);
            } catch (SQLException e) {
                throw Failures.explain("putting back " + piece.name + " with " + statement, e);
            }
        }
    }

    /** COPY refuses tables whose policies bind their owner. */
    private void readRowSecurity(Connection connection, Set<Long> loaded) throws SQLException {
        query(connection, """
                SELECT oid::regclass::text FROM pg_class WHERE oid = ANY (?) AND relforcerowsecurity ORDER BY 1""", loaded, r -> {
            String table = "ALTER TABLE " + r.getString(1);
            triggers.add(new Piece(
                    "row security of " + r.getString(1),
                    table + " NO FORCE ROW LEVEL SECURITY",
                    List.of(table + " FORCE ROW LEVEL SECURITY")));
        });
    }

    private void readTriggers(Connection connection, Set<Long> loaded) throws SQLException {
        query(connection, """
                WITH RECURSIVE relations AS (
                  SELECT unnest(?::oid[]) AS oid
                  UNION ALL SELECT i.inhrelid FROM relations r JOIN pg_inherits i ON i.inhparent = r.oid
                    JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relispartition)
                SELECT t.tgrelid::regclass::text, quote_ident(t.tgname), t.tgenabled
                FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint
                WHERE t.tgenabled IN ('O', 'A') AND (k.oid IS NULL OR k.contype = 't') ORDER BY 1, 2""", loaded, r -> {
            String table = "ALTER TABLE ONLY " + r.getString(1);
            String trigger = " TRIGGER " + r.getString(2);
            String enable = r.getString(3).equals("A") ? " ENABLE ALWAYS" : " ENABLE";
            triggers.add(new Piece(
                    "trigger " + r.getString(2) + " of " + r.getString(1),
                    table + " DISABLE" + trigger,
                    List.of(table + enable + trigger)));
        });
    }

    /** Those to the same table go together: one may say the same as another, and one partition what another says. @return their numbers */
    private Set<Long> readForeignKeys(Connection connection, Set<Long> large, Set<Long> unordered) throws SQLException {
        Set<Long> gone = new HashSet<>();
        query(connection, """
                WITH given AS (SELECT ?::oid[] AS large, ?::oid[] AS unordered)
                SELECT k.oid, k.conrelid::regclass::text, quote_ident(k.conname), pg_get_constraintdef(k.oid),
                       obj_description(k.oid, 'pg_constraint')
                FROM given, pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
                WHERE k.contype = 'f' AND k.conparentid = 0
                  AND ((k.conrelid = ANY (large) AND c.relkind = 'r' AND NOT c.relispartition) OR k.oid = ANY (unordered)
                    OR EXISTS (SELECT FROM pg_constraint twin WHERE twin.oid = ANY (unordered) AND twin.confrelid = k.confrelid
                               AND coalesce(pg_partition_root(twin.conrelid), twin.conrelid) = coalesce(pg_partition_root(k.conrelid), k.conrelid)))
                ORDER BY k.conrelid, k.conname""", List.of(large, unordered), r -> {
            gone.add(r.getLong(1));
            String table = "ALTER TABLE " + r.getString(2);
            List<String> restore = new ArrayList<>();
            restore.add(table + " ADD CONSTRAINT " + r.getString(3) + " " + r.getString(4));
            String comment = r.getString(5);
            if (comment != null) {
                restore.add("COMMENT ON CONSTRAINT " + r.getString(3) + " ON " + r.getString(2) + " IS "
                        + Sql.literal(comment));
            }
            foreignKeys.add(new Piece(
                    "foreign key " + r.getString(3) + " of " + r.getString(2),
                    table + " DROP CONSTRAINT " + r.getString(3),
                    restore));
        });
        return gone;
    }

    private void readIndexes(Connection connection, Set<Long> large) throws SQLException {
        query(connection, """
                SELECT c.oid::regclass::text, i.indrelid::regclass::text, pg_get_indexdef(c.oid), quote_ident(c.relname), s.spcname,
                       i.indisclustered, obj_description(c.oid, 'pg_class'),
                       ARRAY(SELECT format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', c.oid::regclass, a.attnum, a.attstattarget)
                             FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0 ORDER BY a.attnum)
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
                LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
                WHERE i.indrelid = ANY (?) AND t.relkind = 'r' AND NOT t.relispartition
                  AND NOT i.indisunique AND NOT i.indisexclusion AND i.indisvalid AND i.indisready AND i.indislive
                  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid)
                  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'x'))
                ORDER BY pg_relation_size(t.oid) DESC, c.relname""", large, r -> {
            List<String> restore = new ArrayList<>();
            restore.add("SET default_tablespace = " + Sql.literal(r.getString(5) == null ? "" : r.getString(5)));
            restore.add(r.getString(3));
            if (r.getBoolean(6)) {
                restore.add("ALTER TABLE " + r.getString(2) + " CLUSTER ON " + r.getString(4));
            }
            if (r.getString(7) != null) {
                restore.add("COMMENT ON INDEX " + r.getString(1) + " IS " + Sql.literal(r.getString(7)));
            }
            for (Object statistics : (Object[]) r.getArray(8).getArray()) {
                restore.add(statistics.toString());
            }
            indexes.add(new Piece("index " + r.getString(1), "DROP INDEX " + r.getString(1), restore));
        });
    }

    private void readIndexesAndKeys(Connection connection, Set<Long> loaded, Set<Long> large, Set<Long> gone)
            throws SQLException {
        query(connection, """
                WITH given AS (SELECT ?::oid[] AS large, ?::oid[] AS loaded, ?::oid[] AS gone)
                SELECT c.oid, c.oid::regclass::text, t.oid::regclass::text,
                       (SELECT string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid)
                FROM given, pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
                WHERE i.indrelid = ANY (large) AND t.relkind = 'r' AND NOT t.relispartition
                  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.conindid = c.oid AND k.conparentid = 0
                                    AND coalesce(pg_partition_root(k.conrelid), k.conrelid) = ANY (loaded) AND NOT k.oid = ANY (gone))
                  AND NOT i.indisexclusion AND i.indisvalid AND i.indisready AND i.indislive
                  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'x'))
                ORDER BY pg_relation_size(t.oid) DESC, i.indisprimary DESC, c.relname""", List.of(large, loaded, gone), r -> {
            String name = "index " + r.getString(2) + " (" + r.getString(4) + ") of table " + r.getString(3);
            String mark = "LOCK TABLE " + r.getString(3) + " IN ACCESS EXCLUSIVE MODE;"
                    + " UPDATE pg_catalog.pg_index SET indisready = false, indisvalid = false WHERE indexrelid = "
                    + r.getLong(1);
            indexes.add(new Piece(name, mark, List.of("REINDEX INDEX " + r.getString(2))));
        });
    }

    private interface Row {
        void accept(ResultSet result) throws SQLException;
    }

    private static void query(Connection connection, String sql, Set<Long> oids, Row row) throws SQLException {
        query(connection, sql, List.of(oids), row);
    }

    private static void query(Connection connection, String sql, List<Set<Long>> oids, Row row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < oids.size(); i++) {
                statement.setArray(i + 1, oids(connection, oids.get(i)));
            }
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    row.accept(result);
                }
            }
        }
    }

    private static Array oids(Connection connection, Set<Long> oids) throws SQLException {
        return connection.createArrayOf("oid", oids.toArray());
    }
}
