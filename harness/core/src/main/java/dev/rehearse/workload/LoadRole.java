package dev.rehearse.workload;

import java.lang.module.ModuleDescriptor.Version;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PasswordUtil;

/**
 * The role that the load connects as. The server tells its sessions, and only them, every wait for a lock in its own words: with
 * <a href="https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LOCK-WAITS">log_lock_waits</a> a session that
 * waited longer than {@code deadlock_timeout} logs how long it waited, and {@code client_min_messages=log} sends that line to the
 * session itself. The small {@code deadlock_timeout} stays with this role: it also decides when a waiter cancels a blocking
 * autovacuum, so the migration must keep production's value. Which functions they call the server counts, too.
 */
public final class LoadRole {

    private static final int SHORTEST_REPORTED_WAIT_MILLIS = 10;
    private static final int SHORTEST_OF_MANY_MILLIS = 100;

    /** The timers of that many sessions, and the search for a deadlock that each ends in, cost a busy load a twentieth of its throughput. */
    private static final int MANY_CLIENTS = 64;

    /** Whether a wait is longer than a limit shows by those that are half as long. */
    private static final int PARTS_OF_LIMIT = 2;

    /** The first pgjdbc that logs in with a password that is hashed fewer than 4,096 times. */
    private static final String TAKES_ONCE = "42.7.4";

    /** What the role sets by itself. */
    public static final Set<String> SETTINGS =
            Set.of("log_lock_waits", "deadlock_timeout", "client_min_messages", "lc_messages", "track_functions");

    private LoadRole() {}

    /**
     * Waits shorter than this are not to be reported by the server.
     *
     * @param clients of the load
     * @param limit longest wait that is allowed; null: none is too long
     */
    public static int shortestReportedWaitMillis(int clients, @Nullable Duration limit) {
        if (clients <= MANY_CLIENTS) {
            return SHORTEST_REPORTED_WAIT_MILLIS;
        }
        long ofLimit = limit == null ? SHORTEST_OF_MANY_MILLIS : limit.toMillis() / PARTS_OF_LIMIT;
        return (int) Math.max(SHORTEST_REPORTED_WAIT_MILLIS, Math.min(SHORTEST_OF_MANY_MILLIS, ofLimit));
    }

    /**
     * Creates the role, or makes an existing one fit: a member of the owner, so that it can use all its tables, told about its
     * lock waits, and with its calls of functions counted where that is allowed. Its password is hashed once, where
     * <a href="https://www.rfc-editor.org/rfc/rfc7677">RFC 7677</a> has it hashed 4,096 times at least, to make one costly to guess that somebody chose: nobody
     * guesses a random one, and to log in costs the machine that the load shares with the server a quarter of the time, as a client on a machine of its own does not.
     * Drivers before {@value #TAKES_ONCE}, which a project's tests may have, refuse that: with these the server hashes it.
     *
     * @param admin a connection that may create roles, outside a transaction; only a superuser may have the server report waits
     * @param role name of the role
     * @param password its password, which must be random
     * @param ownerRole the role that owns the tables
     * @param shortestReportedWaitMillis of its waits that the server is to report
     * @return whether the server will report the role's waits to it
     */
    public static boolean create(
            Connection admin, String role, String password, String ownerRole, int shortestReportedWaitMillis)
            throws SQLException {
        String quoted = Sql.identifier(role);
        try (Statement statement = admin.createStatement()) {
            boolean exists;
            try (ResultSet rows =
                    statement.executeQuery("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = " + Sql.literal(role))) {
                exists = rows.next();
            }
            statement.execute((exists ? "ALTER" : "CREATE") + " ROLE " + quoted + " LOGIN INHERIT PASSWORD "
                    + Sql.literal(asKept(password, admin.getMetaData().getDriverVersion())));
            statement.execute("GRANT " + Sql.identifier(ownerRole) + " TO " + quoted);
            boolean reports = true;
            for (String setting : new String[] {
                "log_lock_waits = on",
                "deadlock_timeout = '" + shortestReportedWaitMillis + "ms'",
                "client_min_messages = log",
                "lc_messages = 'C'"
            }) {
                reports &= isSet(statement, "ALTER ROLE " + quoted + " SET " + setting);
            }
            isSet(statement, "ALTER ROLE " + quoted + " SET track_functions = 'all'");
            return reports;
        }
    }

    static String asKept(String password, String driver) {
        if (Version.parse(driver).compareTo(Version.parse(TAKES_ONCE)) < 0) {
            return password;
        }
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        return PasswordUtil.encodeScramSha256(password.toCharArray(), 1, salt);
    }

    private static boolean isSet(Statement statement, String sql) throws SQLException {
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
