package dev.rehearse.loadtest.replay;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Whether a server has room for the sessions of a log. Stateless. */
final class ServerRoom {

    /** reserved_connections came with PostgreSQL 16. Of other roles' sessions everybody may see in which database they are, and no more. */
    private static final String FREE =
            "SELECT current_setting('max_connections')::int, current_setting('max_connections')::int"
                    + " - current_setting('superuser_reserved_connections')::int"
                    + " - coalesce(current_setting('reserved_connections', true)::int, 0)"
                    + " - (SELECT count(*) FROM pg_catalog.pg_stat_activity"
                    + " WHERE datid IS NOT NULL AND pid <> pg_catalog.pg_backend_pid())";

    private ServerRoom() {}

    /** What there is too little of, as a sentence; empty where there is enough for so many sessions. */
    static String shortage(Connection connection, int sessions) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FREE)) {
            row.next();
            int free = Math.max(0, row.getInt(2));
            return sessions <= free
                    ? ""
                    : "The log has up to " + sessions + " sessions at a time, and the server has room for " + free
                            + " (max_connections = " + row.getInt(1)
                            + ", less those in use and reserved). Unless a"
                            + " pooler stands between, those beyond it are refused (53300), and their statements fail:"
                            + " let the server take more.";
        }
    }
}
