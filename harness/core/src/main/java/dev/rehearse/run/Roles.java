package dev.rehearse.run;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.observe.Privileges;
import dev.rehearse.observe.Privileges.Writer;
import dev.rehearse.plan.Places;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.RolePlan;
import dev.rehearse.wiretap.record.StatementRecorder;
import dev.rehearse.workload.LoadRole;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The roles that the application and the migration come as, so that the server tells each of them what it should hear, and so that the
 * migration keeps production's {@code deadlock_timeout}. What the migration makes is the tables' owner's.
 *
 * @param application whose rights the load has; null: the owner's
 * @param writers whom tables are granted to for writing, where the plan does not say who of them the application is
 * @param password of both, made for this run
 * @param shortestReportedWaitMillis which of the load's waits the server tells it
 */
record Roles(@Nullable String application, List<Writer> writers, String password, int shortestReportedWaitMillis) {

    static final String LOAD = "rehearse_load";
    static final String MIGRATION = "rehearse_migration";

    /** What gives a value another text. The rows of the load are looked up again, and compared, without these. */
    private static final Set<String> FORMS = Set.of("bytea_output", "intervalstyle", "lc_monetary");

    /** Lists of names are kept as they are written; a name in quotes may have a reserved word as its part, as {@code app.user}. */
    private static final String SETTINGS = """
            SELECT DISTINCT ON (name) quote_ident(name) || ' = ' || CASE
                WHEN name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries') AND value NOT IN ('', '""')
                THEN value ELSE quote_literal(CASE value WHEN '""' THEN '' ELSE value END) END
            FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) setting,
                 split_part(setting, '=', 1) name, substr(setting, strpos(setting, '=') + 1) value
            WHERE s.setrole = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ?)
              AND s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
              AND lower(name) NOT IN ('role', 'session_authorization') AND lower(name) <> ALL (?)
            ORDER BY name, s.setdatabase DESC""";

    /** On a server of ours the migration lacks no right. Where there are no tables, the role that made the database stands for their owner. */
    static Roles create(Connection admin, Rehearsal rehearsal, TestDatabase database) throws SQLException {
        RolePlan plan = rehearsal.roles();
        String ofTables = Objects.requireNonNullElse(
                Privileges.ownerOfTables(admin), database.primary().user());
        String owner = Objects.requireNonNullElse(plan.migration(), ofTables);
        List<Writer> writers = plan.application() == null ? Privileges.writers(admin) : List.of();
        String application = Objects.requireNonNullElseGet(plan.application(), () -> onlyWriter(writers, ofTables));
        boolean isOwner = application.equals(ofTables);
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        int shortestWait = LoadRole.shortestReportedWaitMillis(
                rehearsal.workload().clients(), rehearsal.budget().longestLockWait());
        try (Statement statement = admin.createStatement()) {
            mustBeThere(statement, List.of(owner, application));
            for (String login : List.of(LOAD, MIGRATION)) {
                if (exists(statement, login)) {
                    statement.execute("ALTER ROLE " + login + " RESET ALL");
                }
            }
            LoadRole.create(admin, LOAD, password, application, shortestWait);
            statement.execute((exists(statement, MIGRATION) ? "ALTER" : "CREATE") + " ROLE " + MIGRATION
                    + " LOGIN SUPERUSER PASSWORD '" + password + "'");
            statement.execute("GRANT " + MIGRATION + " TO " + LOAD);
            if (database.isOurs() && (isOwner || !owner.equals(application))) {
                statement.execute("ALTER ROLE " + identifier(owner) + " SUPERUSER");
            }
            takeOver(
                    admin,
                    application,
                    LOAD,
                    Stream.concat(LoadRole.SETTINGS.stream(), FORMS.stream()).toList());
            takeOver(admin, owner, MIGRATION, StatementRecorder.SESSION_SETTINGS.keySet());
            if (!isOwner) {
                // Policies, defaults and triggers may ask for current_user.
                actAs(statement, LOAD, application);
            }
            // Otherwise a table that is dropped and made again would not be as it was, and default privileges would not
            // apply.
            actAs(statement, MIGRATION, owner);
            for (Map.Entry<String, String> setting : StatementRecorder.SESSION_SETTINGS.entrySet()) {
                statement.execute(
                        "ALTER ROLE " + MIGRATION + " SET " + setting.getKey() + " = '" + setting.getValue() + "'");
            }
            if (rehearsal.migration().lockTimeout() != null) {
                // A tool that is a program knows no other way.
                statement.execute("ALTER ROLE " + MIGRATION + " SET lock_timeout = "
                        + rehearsal.migration().lockTimeout().toMillis());
            }
        }
        return new Roles(isOwner ? null : application, writers, password, shortestWait);
    }

    /**
     * Gives a role that logs in the settings of the role that does so in production: limits of time, where names are looked for. Those for this database alone
     * come first, as they do there.
     *
     * @param ours settings that the rehearsal makes itself
     */
    private static void takeOver(Connection admin, String from, String login, Collection<String> ours)
            throws SQLException {
        List<String> settings = new ArrayList<>();
        try (PreparedStatement statement = admin.prepareStatement(SETTINGS)) {
            statement.setString(1, from);
            statement.setArray(2, admin.createArrayOf("text", ours.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    settings.add(rows.getString(1));
                }
            }
        }
        try (Statement statement = admin.createStatement()) {
            for (String setting : settings) {
                statement.execute("ALTER ROLE " + login + " SET " + setting);
            }
        }
    }

    /** @throws InvalidRehearsalException if one is not */
    static void mustBeThere(Statement statement, List<String> roles) throws SQLException {
        for (String role : roles) {
            if (!exists(statement, role)) {
                throw new InvalidRehearsalException(
                                "There is no role \"" + role + "\". Name one that the server has, or leave it out.")
                        .about(Places.role(role));
            }
        }
    }

    /** The one role that most tables are granted to for writing; the owner where there is none, or where several may be meant. */
    private static String onlyWriter(List<Writer> writers, String owner) {
        if (writers.isEmpty()
                || 2 * writers.get(0).tables() < writers.get(0).ofTables()
                || writers.size() > 1
                        && writers.get(1).tables() == writers.get(0).tables()) {
            return owner;
        }
        return writers.get(0).role();
    }

    private static void actAs(Statement statement, String login, String role) throws SQLException {
        statement.execute("ALTER ROLE " + login + " SET role = '" + role.replace("'", "''") + "'");
    }

    static boolean exists(Statement statement, String role) throws SQLException {
        try (ResultSet rows = statement.executeQuery(
                "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = '" + role.replace("'", "''") + "'")) {
            return rows.next();
        }
    }

    static String identifier(String role) {
        return '"' + role.replace("\"", "\"\"") + '"';
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
