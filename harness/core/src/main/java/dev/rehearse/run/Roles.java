package dev.rehearse.run;

import dev.rehearse.load.LoadRole;
import dev.rehearse.wiretap.record.StatementRecorder;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The roles that the application and the migration come as, so that the server tells each of them what it should hear, and so that the
 * migration keeps production's {@code deadlock_timeout}. Both act with the owner's rights, and what the migration makes is the owner's.
 *
 * @param owner the role that owns the tables
 * @param password of both, made for this run
 */
record Roles(String owner, String password) {

    static final String LOAD = "rehearse_load";
    static final String MIGRATION = "rehearse_migration";

    static Roles create(Connection admin, String owner, @Nullable Duration lockTimeout, int clients)
            throws SQLException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        Roles roles = new Roles(owner, HexFormat.of().formatHex(random));
        LoadRole.create(admin, LOAD, roles.password, owner, clients);
        try (Statement statement = admin.createStatement()) {
            statement.execute((exists(statement, MIGRATION) ? "ALTER" : "CREATE") + " ROLE " + MIGRATION
                    + " LOGIN SUPERUSER PASSWORD '" + roles.password + "'");
            statement.execute("GRANT " + MIGRATION + " TO " + LOAD);
            // Otherwise a table that is dropped and made again would not be as it was, and default privileges would not
            // apply.
            statement.execute("ALTER ROLE " + MIGRATION + " SET role = '" + owner.replace("'", "''") + "'");
            for (Map.Entry<String, String> setting : StatementRecorder.SESSION_SETTINGS.entrySet()) {
                statement.execute(
                        "ALTER ROLE " + MIGRATION + " SET " + setting.getKey() + " = '" + setting.getValue() + "'");
            }
            if (lockTimeout != null) {
                // A tool that is a program knows no other way.
                statement.execute("ALTER ROLE " + MIGRATION + " SET lock_timeout = " + lockTimeout.toMillis());
            } else {
                statement.execute("ALTER ROLE " + MIGRATION + " RESET lock_timeout");
            }
        }
        return roles;
    }

    private static boolean exists(Statement statement, String role) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'")) {
            return rows.next();
        }
    }

    /** Takes the roles away again; what the migration made is then the owner's. */
    void drop(Connection admin) throws SQLException {
        try (Statement statement = admin.createStatement()) {
            statement.execute("REASSIGN OWNED BY " + MIGRATION + ", " + LOAD + " TO CURRENT_USER");
            statement.execute("DROP OWNED BY " + MIGRATION + ", " + LOAD);
            statement.execute("DROP ROLE " + LOAD);
            statement.execute("DROP ROLE " + MIGRATION);
        }
    }
}
