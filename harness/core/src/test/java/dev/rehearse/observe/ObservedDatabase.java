package dev.rehearse.observe;

import dev.rehearse.database.TestDatabase.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;

/** A test on a fresh database, over one connection. */
abstract class ObservedDatabase {

    Server server;
    Connection connection;

    final void connect(int version) throws SQLException {
        server = ObservedServers.freshDatabase(version);
        connection = server.connect("rehearse-test");
    }

    @AfterEach
    final void disconnect() throws SQLException {
        connection.close();
    }

    final void run(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
