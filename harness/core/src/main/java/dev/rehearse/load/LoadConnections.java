package dev.rehearse.load;

import dev.rehearse.database.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** Opens the load's connections. Thread-safe. */
final class LoadConnections {

    private final TestDatabase.Server server;
    private final String role;
    private final String password;
    private final Duration statementTimeout;

    LoadConnections(TestDatabase.Server server, String role, String password, Duration statementTimeout) {
        this.server = server;
        this.role = role;
        this.password = password;
        this.statementTimeout = statementTimeout;
    }

    Connection open(String applicationName) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", role);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", applicationName);
        // Values go as text of no type, so that the server infers it, and goes on doing so when a column's type
        // changes.
        properties.setProperty("stringtype", "unspecified");
        properties.setProperty("options", "-c statement_timeout=" + statementTimeout.toMillis());
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("cancelSignalTimeout", "2");
        properties.setProperty("tcpKeepAlive", "true");
        return DriverManager.getConnection(server.jdbcUrl(), properties);
    }
}
