package dev.rehearse.workload;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Protocol;
import dev.rehearse.plan.Workload;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** Opens the load's connections. Thread-safe. */
final class LoadConnections {

    /** A server that takes a connection and says nothing more, as one that is frozen does, holds up its client no longer. */
    private static final String LOGIN_SILENCE_SECONDS = "30";

    private static final String REFUSED = "28000";
    private static final Duration LONGEST_WAIT_TO_TRY = Duration.ofSeconds(5);

    private final TestDatabase.Server server;
    private final String role;
    private final String password;
    private final Workload.Sessions sessions;
    private volatile boolean isAsked;
    /** The server is known not to encrypt. The driver would ask for it each time all the same, and twice where nobody is let in. */
    private volatile boolean isPlain;

    LoadConnections(TestDatabase.Server server, String role, String password, Workload.Sessions sessions) {
        this.server = server;
        this.role = role;
        this.password = password;
        this.sessions = sessions;
    }

    /** For statements of the plan's. */
    Connection open(String applicationName) throws SQLException {
        return openWith(asPlanned(), applicationName);
    }

    private Connection openWith(Properties properties, String applicationName) throws SQLException {
        // Values go as text of no type, so that the server infers it, and goes on doing so when a column's type
        // changes.
        properties.setProperty("stringtype", "unspecified");
        return open(applicationName, properties);
    }

    private Properties asPlanned() {
        Properties properties = new Properties();
        properties.setProperty("autosave", sessions.autosave().name().toLowerCase(Locale.ROOT));
        return properties;
    }

    /** For code that was written for the driver as it is. */
    Connection openForJava(String applicationName) throws SQLException {
        return open(applicationName, asPlanned());
    }

    /**
     * For trying an application's operations, however long it takes between two of its statements, but not behind a lock that the migration
     * keeps. Java is tried in one transaction, whatever transactions it makes, so that a failure that it catches must not end that.
     */
    Connection openToTry(Workload.Application application, String applicationName) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty(
                "options", options(Duration.ZERO) + " -c lock_timeout=" + LONGEST_WAIT_TO_TRY.toMillis());
        if (!application.isJava()) {
            return openWith(properties, applicationName);
        }
        properties.setProperty("autosave", "always");
        return open(applicationName, properties);
    }

    private Connection open(String applicationName, Properties properties) throws SQLException {
        properties.setProperty("user", role);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", applicationName);
        properties.putIfAbsent("options", options(sessions.idleInTransactionTimeout()));
        if (sessions.protocol() == Protocol.SIMPLE) {
            properties.setProperty("preferQueryMode", "simple");
        } else if (sessions.protocol() == Protocol.EXTENDED) {
            properties.setProperty("prepareThreshold", "0");
        }
        // Older servers are not rehearsed; the driver asks them in further messages for what newer ones are told as the
        // client logs in.
        properties.setProperty("assumeMinServerVersion", "14");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("cancelSignalTimeout", "2");
        // While it logs in. The driver itself bounds only the wait for the answer to its request for TLS, if it makes
        // one.
        properties.setProperty("socketTimeout", LOGIN_SILENCE_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        if (isPlain) {
            properties.setProperty("sslmode", "disable");
        }
        Connection connection = connect(properties);
        try {
            if (!isAsked) {
                isPlain = !TestDatabase.Server.encrypts(connection);
                isAsked = true;
            }
            connection.setNetworkTimeout(Runnable::run, 0);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private Connection connect(Properties properties) throws SQLException {
        try {
            return DriverManager.getConnection(server.jdbcUrl(), properties);
        } catch (SQLException e) {
            if (isRefusedByHostRules(e)) {
                isPlain = false;
                isAsked = false;
            }
            throw e;
        }
    }

    /** Whether {@code pg_hba.conf} lets nobody in this way any more, and not only the role is shut out: from now on it may want TLS. */
    private static boolean isRefusedByHostRules(SQLException e) {
        return e instanceof PSQLException refused
                && REFUSED.equals(refused.getSQLState())
                && refused.getServerErrorMessage() != null
                && "ClientAuthentication".equals(refused.getServerErrorMessage().getRoutine());
    }

    /** @param idle how long a transaction may be idle; zero: without end; null: as the server has it */
    private String options(@Nullable Duration idle) {
        String statements =
                "-c statement_timeout=" + sessions.statementTimeout().toMillis();
        return idle == null ? statements : statements + " -c idle_in_transaction_session_timeout=" + idle.toMillis();
    }
}
