package dev.rehearse.observe;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Names of relations by oid, read from the catalog in one go. A cast to {@code regclass} would wait behind the very locks that are
 * observed. The first name of a relation stays: a report speaks of what was there before the migration renamed it.
 */
final class RelationNames {

    private static final String ALL = """
            SELECT c.oid::bigint,
                   CASE WHEN n.nspname = 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace""";

    private final Map<Long, String> names = new ConcurrentHashMap<>();

    void load(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ALL)) {
            while (rows.next()) {
                names.putIfAbsent(rows.getLong(1), rows.getString(2));
            }
        }
    }

    boolean knows(long oid) {
        return names.containsKey(oid);
    }

    @Nullable
    String of(long oid) {
        return names.get(oid);
    }

    Map<Long, String> all() {
        return Map.copyOf(names);
    }
}
