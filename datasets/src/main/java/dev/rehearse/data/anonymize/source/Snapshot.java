package dev.rehearse.data.anonymize.source;

import dev.rehearse.data.anonymize.Endpoint;
import dev.rehearse.data.catalog.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * One moment of the source, held open by a read-only transaction that others join, so that all read the same rows.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION">pg_export_snapshot</a>
 */
public final class Snapshot implements AutoCloseable {

    /** Text forms that depend on nobody's settings; row-level security fails instead of hiding rows. */
    private static final String SETTINGS =
            "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC';"
                    + " SET bytea_output = 'hex'; SET extra_float_digits = 1; SET xmloption = 'content'; SET lc_monetary = 'C';"
                    + " SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET row_security = off;"
                    + " SET client_min_messages = warning; SET lock_timeout = '10s';"
                    // The first rows of a table are the same ones in every run.
                    + " SET synchronize_seqscans = off"
                    // Timeouts that not every version knows.
                    + "; SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings"
                    + " WHERE name IN ('transaction_timeout', 'idle_session_timeout') AND setting <> '0'";

    private static final int VALID_SECONDS = 10;

    private final Endpoint source;
    private final Connection leader;
    private final String id;

    private Snapshot(Endpoint source, Connection leader, String id) {
        this.source = source;
        this.leader = leader;
        this.id = id;
    }

    public static Snapshot take(Endpoint source) throws SQLException {
        Connection leader = begin(source);
        try (Statement statement = leader.createStatement();
                ResultSet r = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
            r.next();
            return new Snapshot(source, leader, r.getString(1));
        } catch (SQLException e) {
            leader.close();
            throw e;
        }
    }

    /** A session that writes to the target; its text forms are those in which snapshots are read. */
    public static Connection openTarget(Endpoint target) throws SQLException {
        return open(target, "; SET synchronous_commit = off; SET application_name = 'rehearse-anonymize'");
    }

    private static Connection open(Endpoint database, String more) throws SQLException {
        Connection connection = database.connections().open();
        try (Statement statement = connection.createStatement()) {
            statement.execute(SETTINGS + more);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static Connection begin(Endpoint source) throws SQLException {
        Connection connection = open(source, "");
        try {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    public String id() {
        return id;
    }

    public Connection leader() {
        return leader;
    }

    /** A further session that sees the same. The caller closes it. */
    public Connection join() throws SQLException {
        Connection connection = begin(source);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION SNAPSHOT " + Sql.literal(id));
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Which rows it sees, in words that are the same again as long as nothing was written to the server: its identity, the database, and
     * the transactions that had ended.
     *
     * @see <a href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT">pg_current_snapshot</a>
     */
    public String state() throws SQLException {
        boolean tellsIdentity = asked(
                        "SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')")
                .equals("t");
        String identity = tellsIdentity
                ? "(SELECT system_identifier FROM pg_catalog.pg_control_system())"
                : "pg_catalog.inet_server_addr(), pg_catalog.inet_server_port()";
        return asked("SELECT pg_catalog.concat_ws(' ', " + identity + ", (SELECT oid FROM pg_catalog.pg_database"
                + " WHERE datname = pg_catalog.current_database()), pg_catalog.pg_current_snapshot())");
    }

    private String asked(String sql) throws SQLException {
        try (Statement statement = leader.createStatement();
                ResultSet r = statement.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }

    /** Whether others can still join. */
    public synchronized boolean isHeld() {
        try {
            return leader.isValid(VALID_SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() throws SQLException {
        leader.close();
    }
}
