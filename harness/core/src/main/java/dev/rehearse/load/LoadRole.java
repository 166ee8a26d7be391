package dev.rehearse.load;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The role that the load connects as. The server tells its sessions, and only them, every wait for a lock in its own words: with
 * <a href="https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LOCK-WAITS">log_lock_waits</a> a session that
 * waited longer than {@code deadlock_timeout} logs how long it waited, and {@code client_min_messages=log} sends that line to the
 * session itself. The small {@code deadlock_timeout} stays with this role: it also decides when a waiter cancels a blocking
 * autovacuum, so the migration must keep production's value.
 */
public final class LoadRole {

    private static final int SHORTEST_REPORTED_WAIT_MILLIS = 10;
    private static final int SHORTEST_OF_MANY_MILLIS = 25;

    /** The timers of that many sessions, and the search for a deadlock that each ends in, cost the load a twentieth of its throughput. */
    private static final int MANY_CLIENTS = 64;

    private LoadRole() {}

    /**
     * Waits shorter than this are not reported by the server.
     *
     * @param clients of the load
     */
    public static int shortestReportedWaitMillis(int clients) {
        return clients > MANY_CLIENTS ? SHORTEST_OF_MANY_MILLIS : SHORTEST_REPORTED_WAIT_MILLIS;
    }

    /**
     * Creates the role, or makes an existing one fit: a member of the owner, so that it can use all its tables, and told about its
     * lock waits.
     *
     * @param admin a connection that may create roles, outside a transaction; only a superuser may have the server report waits
     * @param role name of the role
     * @param password its password
     * @param ownerRole the role that owns the tables
     * @param clients of the load
     * @return whether the server will report the role's waits to it
     */
    public static boolean create(Connection admin, String role, String password, String ownerRole, int clients)
            throws SQLException {
        String quoted = Sql.identifier(role);
        try (Statement statement = admin.createStatement()) {
            boolean exists;
            try (ResultSet rows =
                    statement.executeQuery("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = " + Sql.literal(role))) {
                exists = rows.next();
            }
            statement.execute((exists ? "ALTER" : "CREATE") + " ROLE " + quoted + " LOGIN INHERIT PASSWORD "
                    + Sql.literal(password));
            statement.execute("GRANT " + Sql.identifier(ownerRole) + " TO " + quoted);
            boolean reports = true;
            for (String setting : new String[] {
                "log_lock_waits = on",
                "deadlock_timeout = '" + shortestReportedWaitMillis(clients) + "ms'",
                "client_min_messages = log",
                "lc_messages = 'C'"
            }) {
                reports &= isAllowed(statement, "ALTER ROLE " + quoted + " SET " + setting);
            }
            return reports;
        }
    }

    private static boolean isAllowed(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            if ("42501".equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }
}
