package dev.rehearse.observe;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What every connection of an observer has in common. */
final class SamplerSession {

    private SamplerSession() {}

    /** Makes sure that an observer gives up soon instead of waiting, and that it works for each query in a transaction of its own. */
    static void prepare(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = '5s'; SET lock_timeout = '200ms'; SET jit = off;"
                    + " SET client_min_messages = warning");
        }
    }

    static long databaseOid(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT oid::bigint FROM pg_catalog.pg_database WHERE datname = current_database()")) {
            row.next();
            return row.getLong(1);
        }
    }

    static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // It was of no use any more; the server drops its side by itself.
        }
    }
}
