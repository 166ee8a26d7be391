package dev.rehearse.cli;

import dev.rehearse.database.TestDatabase.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What a test says to a server beside the command that it tests. */
final class TestSql {

    private TestSql() {}

    static void execute(Server server, String sql) throws SQLException {
        try (Connection connection = server.connect("test");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String value(Server server, String sql) throws SQLException {
        try (Connection connection = server.connect("test");
                Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(sql)) {
            r.next();
            return String.valueOf(r.getString(1));
        }
    }
}
