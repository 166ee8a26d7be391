package dev.rehearse.load;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Workload;
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

    /** For statements of the plan's. */
    Connection open(String applicationName) throws SQLException {
        Properties properties = new Properties();
        // Values go as text of no type, so that the server infers it, and goes on doing so when a column's type
        // changes.
        properties.setProperty("stringtype", "unspecified");
        return open(applicationName, properties);
    }

    /** For code that was written for the driver as it is. */
    Connection openForJava(String applicationName) throws SQLException {
        return open(applicationName, new Properties());
    }

    /**
     * For trying an application's operations. Java is tried in one transaction, whatever transactions it makes, so that a failure that it
     * catches must not end that.
     */
    Connection openToTry(Workload.Application application, String applicationName) throws SQLException {
        if (!application.isJava()) {
            return open(applicationName);
        }
        Properties properties = new Properties();
        properties.setProperty("autosave", "always");
        return open(applicationName, properties);
    }

    private Connection open(String applicationName, Properties properties) throws SQLException {
        properties.setProperty("user", role);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("options", "-c statement_timeout=" + statementTimeout.toMillis());
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("cancelSignalTimeout", "2");
        properties.setProperty("tcpKeepAlive", "true");
        return DriverManager.getConnection(server.jdbcUrl(), properties);
    }
}
