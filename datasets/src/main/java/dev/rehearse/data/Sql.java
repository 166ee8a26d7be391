package dev.rehearse.data;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The few things that every part does with SQL. */
final class Sql {

    private Sql() {}

    static String quote(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    static String literal(String text) {
        String quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'";
        return text.indexOf('\\') < 0 ? quoted : "E" + quoted;
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long queryLong(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** Opens a session whose text forms do not depend on the role's or the database's settings. */
    static Connection open(ConnectionSource connections) throws SQLException {
        Connection connection = connections.open();
        try {
            execute(
                    connection,
                    "SET application_name = 'rehearse-data'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres';"
                            + " SET timezone = 'UTC'; SET lock_timeout = '10s'; SET statement_timeout = 0;"
                            + " SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0; SET xmloption = 'content';"
                            // A crash loses a half full database either way, so no commit need wait for the disk.
                            + " SET synchronous_commit = off; SET client_min_messages = warning");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
