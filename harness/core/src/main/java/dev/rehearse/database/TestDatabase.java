package dev.rehearse.database;

import dev.rehearse.Progress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * A running database that we own: a primary and, once sealed, its standbys. Closing it leaves nothing behind; closing twice is
 * harmless. Methods may be called from any thread.
 */
public interface TestDatabase extends AutoCloseable {

    /** For people: "PostgreSQL 18.6 in a container (postgres:18)". */
    String description();

    /** docker, embedded or external. */
    String provider();

    /** Whether its server was started for the run, and goes with it. */
    default boolean isOurs() {
        return !provider().equals("external");
    }

    /** Whether it is a copy of a loaded template, so that loading can be skipped. */
    boolean isLoaded();

    /**
     * Called once before one that is not loaded is: a database that outlives the run says from now on, until {@link #seal}, that it is
     * not whole.
     */
    default void beginLoading() {}

    /** What stays in a database that outlives the run, where {@link #beginLoading} was called and {@link #seal} was not: a sentence, for people. */
    default Optional<String> partThatStays() {
        return Optional.empty();
    }

    /**
     * Called once after loading and before the load begins, with no other connection open: keeps the database as a template
     * where the request has a key and it was not a copy already, and starts the standbys.
     */
    void seal(Progress progress);

    /**
     * Keeps bytes beside the template that {@link #seal} makes, for later copies of it. Call it before {@link #seal}; where no
     * template is made they live as long as this object.
     *
     * @param name letters, digits, dots, hyphens and underscores
     */
    void keep(String name, byte[] content);

    /** What was kept under a name, by this object or by the maker of the template that this is a copy of. */
    Optional<byte[]> kept(String name);

    Server primary();

    /** The standbys, from {@link #seal} on. */
    List<Server> standbys();

    /** Whether none of our servers has ended without our having it stopped. Cheap enough to ask once a second. */
    boolean isAlive();

    /** The server's own last words (end of its log), for reports about its death; empty where there are none. */
    String lastWords();

    @Override
    void close();

    /**
     * Where a server listens, and as whom to come.
     *
     * @param name "primary", "standby 1", "standby 2"
     * @param user the superuser that owns the database (external: the user of the URL)
     */
    record Server(String name, String host, int port, String database, String user, String password) {

        /** A plain pgjdbc URL without user and password. */
        public String jdbcUrl() {
            return "jdbc:postgresql://" + host + ":" + port + "/"
                    + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
        }

        /** Also the timeouts that a server's version does not know; none is touched that is off already. */
        private static final String NO_TIMEOUTS = """
                select set_config(name, '0', false) from pg_settings
                where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout',
                               'transaction_timeout') and setting <> '0'""";

        /**
         * Opens a connection as the owner, for work of ours: without the timeouts that production's settings give to applications.
         *
         * @param applicationName what the server calls it in {@code pg_stat_activity}
         */
        public Connection connect(String applicationName) throws SQLException {
            Connection connection = connect(applicationName, user, password);
            try (Statement statement = connection.createStatement()) {
                statement.execute(NO_TIMEOUTS);
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }

        /**
         * Whether a session goes through TLS. Asked as who has logged in: a role that the session is in instead, such as the application's, is not told
         * of a session that is another's.
         */
        public static boolean encrypts(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET ROLE NONE");
                try (ResultSet rows = statement.executeQuery(
                        "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()")) {
                    return rows.next() && rows.getBoolean(1);
                } finally {
                    statement.execute("RESET ROLE");
                }
            }
        }

        /** Opens a connection as a role, with whatever the server's settings mean for it. */
        public Connection connect(String applicationName, String role, String rolePassword) throws SQLException {
            java.util.Properties properties = new java.util.Properties();
            properties.setProperty("user", role);
            properties.setProperty("password", rolePassword);
            properties.setProperty("ApplicationName", applicationName);
            // So that the name comes with the connection; otherwise the session has none for a moment.
            properties.setProperty("assumeMinServerVersion", "14");
            properties.setProperty("connectTimeout", "10");
            properties.setProperty("tcpKeepAlive", "true");
            return java.sql.DriverManager.getConnection(jdbcUrl(), properties);
        }
    }
}
