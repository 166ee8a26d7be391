package dev.rehearse.data.load;

import dev.rehearse.data.catalog.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps event triggers, which are for the user's own statements, from those with which a filling takes keys away and puts them back. From
 * PostgreSQL 17 on a superuser's sessions do without them anyway ({@link Sql#open}). Before, a superuser's session can be one that
 * replicates, in which those do not fire that are not for replicas; but neither do the triggers of foreign keys, so it must change no row.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-altereventtrigger.html">ALTER EVENT TRIGGER</a>
 */
public final class EventTriggers {

    private EventTriggers() {}

    /** Lets no event trigger fire in a session that defines objects and changes no row of theirs. */
    public static void silence(Connection connection) throws SQLException {
        set(connection, "replica");
    }

    /** Makes it an ordinary session again, in which rows may be changed. */
    public static void wake(Connection connection) throws SQLException {
        set(connection, "origin");
    }

    private static void set(Connection connection, String role) throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < 17) {
            Sql.execute(
                    connection,
                    "SELECT set_config('session_replication_role', '" + role
                            + "', false) FROM pg_roles WHERE rolname = current_user AND rolsuper");
        }
    }

    /** The event triggers that fire all the same, quoted. */
    public static List<String> unsilenced(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        boolean setting = connection.getMetaData().getDatabaseMajorVersion() >= 17;
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SELECT quote_ident(evtname) FROM pg_event_trigger, pg_roles"
                        + " WHERE rolname = current_user AND evtevent <> 'login' AND evtenabled <> 'D' AND NOT (rolsuper AND "
                        + (setting ? "true" : "evtenabled = 'O'")
                        + ") AND NOT (NOT rolsuper AND evtenabled = 'R') ORDER BY 1")) {
            while (r.next()) {
                names.add(r.getString(1));
            }
        }
        return names;
    }
}
