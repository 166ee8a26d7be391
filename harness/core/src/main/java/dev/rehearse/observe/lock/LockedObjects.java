package dev.rehearse.observe.lock;

import dev.rehearse.observe.lock.LockEpisodes.Key;
import dev.rehearse.observe.lock.LockEpisodes.Waiter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What locks are on that name no relation: types, schemas, functions, publications and the like by the server's name for them, advisory locks by
 * the key that was asked for, as one number or two. For one thread.
 */
final class LockedObjects {

    /** A bound on memory: of more, the names are asked for anew. */
    private static final int MOST = 10_000;

    /** What is not there any more, or not yet for others, has a type and no name. */
    private static final String NAMES = """
            SELECT concat_ws('/', o.classid, o.objid, o.objsubid), i.type || ' ' || i.identity
            FROM (SELECT split_part(o, '/', 1)::oid, split_part(o, '/', 2)::oid, split_part(o, '/', 3)::int
                  FROM unnest(?::text[]) AS o) AS o (classid, objid, objsubid),
                pg_catalog.pg_identify_object(o.classid, o.objid, o.objsubid) AS i""";

    private final Map<String, String> names = new HashMap<>();

    /** Asks for the names of what is waited for and not known yet. */
    void lookFor(Connection connection, List<Waiter> waiting) throws SQLException {
        List<String> unknown = waiting.stream()
                .map(Waiter::key)
                .filter(key -> key.lockType().equals("object") && !names.containsKey(key.object()))
                .map(Key::object)
                .distinct()
                .toList();
        if (unknown.isEmpty()) {
            return;
        }
        if (names.size() > MOST) {
            names.clear();
        }
        // Each is asked for once, known or not.
        unknown.forEach(object -> names.put(object, ""));
        try (PreparedStatement statement = connection.prepareStatement(NAMES)) {
            statement.setArray(1, connection.createArrayOf("text", unknown.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (rows.getString(2) != null) {
                        names.put(rows.getString(1), rows.getString(2));
                    }
                }
            }
        } catch (SQLException e) {
            // Of a class that the server has no names for, or whose catalog is locked itself; the wait is told without.
            if (isOfConnection(e)) {
                throw e;
            }
        }
    }

    private static boolean isOfConnection(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57P");
    }

    /** Null where it is not known. */
    @Nullable
    String of(Key key) {
        if (key.lockType().equals("advisory")) {
            return advisory(key.object().split("/"));
        }
        String name = names.getOrDefault(key.object(), "");
        return name.isEmpty() ? null : name;
    }

    /** The server keeps a key as the halves of one number, or as two, and says which. */
    private static String advisory(String[] parts) {
        long first = Long.parseLong(parts[0]);
        long second = Long.parseLong(parts[1]);
        return parts[2].equals("1")
                ? "advisory key " + (first << 32 | second)
                : "advisory key " + (int) first + ", " + (int) second;
    }
}
