package dev.rehearse.run;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.ServerError;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.observe.Privileges;
import dev.rehearse.plan.Places;
import dev.rehearse.plan.RolePlan;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.sql.OtherSql;
import dev.rehearse.sql.SqlScripts;
import dev.rehearse.sql.SqlStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds a schema from scripts. A dump names the <a href="https://www.postgresql.org/docs/current/app-pgdump.html">roles</a> of the server
 * that it comes from, but does not make them: on a server of ours those are made as they are met; on somebody's own they would outlive the
 * database that they were made for. Used by one thread.
 */
final class SchemaScripts {

    /** Classes of SQLSTATE with which a server refuses what is right: no room, ended, its own trouble. */
    private static final Pattern OF_THE_SERVER = Pattern.compile("53|57|58|XX");

    private static final Pattern MISSING_ROLE = Pattern.compile("role \"(.+)\" does not exist");

    /** What may name a role or a setting, so that only these cost a savepoint. */
    private static final Pattern MAY_BE_MENDED = Pattern.compile(
            "\\b(owner|grant|revoke|policy|privileges|role|authorization|user)\\b|^\\s*set\\b",
            Pattern.CASE_INSENSITIVE);

    private static final String UNKNOWN_SETTING = "42704";

    /** As a newer pg_dump writes at the top of a dump: a release that does not know the timeout has none. */
    private static final Pattern TIMEOUT_OFF = Pattern.compile("SET \\w+_timeout = 0;?", Pattern.CASE_INSENSITIVE);

    /** A role that owns something, has a right, or is a member of another. */
    private static final String KNOWN = """
            SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = ?
              AND (EXISTS (SELECT FROM pg_catalog.pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid)
                OR EXISTS (SELECT FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid))""";

    private final TestDatabase database;
    private final Set<String> made = new LinkedHashSet<>();
    private final List<String> histories = new ArrayList<>();

    SchemaScripts(TestDatabase database) {
        this.database = database;
    }

    void run(List<SqlFile> scripts, Progress progress) throws SQLException, InterruptedException {
        try (Connection connection = database.primary().connect("rehearse-schema");
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (SqlFile script : scripts) {
                progress.report("schema: " + script.name(), 0, -1);
                connection.setAutoCommit(!script.transaction());
                for (SqlStatement each : SqlScripts.split(script.name(), script.text())) {
                    Preparation.mustNotBeInterrupted();
                    run(statement, script, each);
                }
                if (script.transaction()) {
                    connection.commit();
                }
            }
        }
    }

    /** Makes {@link ScriptHistories} of these names. */
    void makeHistories(List<String> tables) throws SQLException {
        try (Connection connection = database.primary().connect("rehearse-schema");
                Statement statement = connection.createStatement()) {
            for (String table : tables) {
                statement.execute(ScriptHistories.creation(table));
                histories.add(table);
            }
        }
    }

    /** The tables that {@link #makeHistories} made. */
    List<String> histories() {
        return List.copyOf(histories);
    }

    /** Makes those that the plan names and nobody made, since a tool's own migrations may want them; on a server of somebody else's they must be there. */
    void makeRoles(RolePlan roles) throws SQLException {
        List<String> named = Stream.of(roles.application(), roles.migration())
                .flatMap(Stream::ofNullable)
                .toList();
        try (Connection connection = database.primary().connect("rehearse-schema");
                Statement statement = connection.createStatement()) {
            for (String role : named) {
                if (database.isOurs() && !Roles.exists(statement, role)) {
                    make(statement, role);
                }
            }
            Roles.mustBeThere(statement, named);
        }
    }

    /**
     * A role that nothing knows but the plan, while others may write to the tables, is the name of none.
     *
     * @throws InvalidRehearsalException if the application's is such a one
     */
    void mustBeKnown(@Nullable String application) throws SQLException {
        if (application == null || !made.contains(application)) {
            return;
        }
        try (Connection connection = database.primary().connect("rehearse-schema");
                PreparedStatement statement = connection.prepareStatement(KNOWN)) {
            statement.setString(1, application);
            List<String> writers = Privileges.writers(connection).stream()
                    .map(Privileges.Writer::role)
                    .toList();
            try (ResultSet known = statement.executeQuery()) {
                if (!known.next() && !writers.isEmpty()) {
                    throw new InvalidRehearsalException("There is no role \"" + application
                                    + "\": nothing makes it, and nothing is granted to it. Tables are granted to "
                                    + String.join(", ", writers) + ".")
                            .about(Places.role(application));
                }
            }
        }
    }

    /** What a reader of the report should know. */
    List<String> notes() {
        return Stream.of(
                        note("made the roles that the schema or the plan names and does not make: ", made),
                        note(
                                "made the tables of a tool's history that the scripts speak of, without rows: ",
                                histories))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> note(String words, Collection<String> names) {
        return names.isEmpty() ? Optional.empty() : Optional.of(words + String.join(", ", names));
    }

    private void run(Statement statement, SqlFile script, SqlStatement each) throws SQLException {
        Connection connection = statement.getConnection();
        boolean mayBeMended = MAY_BE_MENDED.matcher(each.text()).find();
        while (true) {
            Savepoint before = mayBeMended && script.transaction() ? connection.setSavepoint() : null;
            try {
                statement.execute(each.text());
                if (before != null) {
                    connection.releaseSavepoint(before);
                }
                return;
            } catch (SQLException e) {
                Optional<String> missing = missingRole(String.valueOf(e.getMessage()));
                boolean mends = database.isOurs() && missing.isPresent() && !made.contains(missing.get());
                boolean isNeedless = UNKNOWN_SETTING.equals(e.getSQLState())
                        && TIMEOUT_OFF.matcher(each.text().strip()).matches();
                if (!mends && !isNeedless) {
                    throw explained(connection, script, each, e, missing);
                }
                if (before != null) {
                    connection.rollback(before);
                }
                if (isNeedless) {
                    return;
                }
                make(statement, missing.get());
            }
        }
    }

    private void make(Statement statement, String role) throws SQLException {
        statement.execute("CREATE ROLE " + Roles.identifier(role));
        made.add(role);
    }

    /** The role that a server's message says there is not. */
    static Optional<String> missingRole(String message) {
        Matcher matcher = MISSING_ROLE.matcher(message);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static RuntimeException explained(
            Connection connection, SqlFile script, SqlStatement each, SQLException e, Optional<String> missingRole)
            throws SQLException {
        if (e.getSQLState() == null || e.getSQLState().startsWith("08")) {
            throw e;
        }
        String place = script.name() + ":" + each.line();
        Optional<String> extension = MissingExtension.advice(ServerError.of(e), connection);
        if (extension.isPresent()) {
            return new EnvironmentException(
                    place + ": the server lacks what the schema asks for: "
                            + ServerError.of(e).replaceFirst("\\.$", "") + ". " + extension.get(),
                    e);
        }
        if (OF_THE_SERVER.matcher(e.getSQLState()).lookingAt()) {
            return new EnvironmentException(
                    place + ": the server does not build the schema: " + ServerError.of(e) + " (SQLSTATE "
                            + e.getSQLState() + "). Its log says more; the schema may be right.",
                    e);
        }
        Optional<String> part = MissingExtension.adviceOnPart(ServerError.of(e), connection);
        return new InvalidRehearsalException(
                place + ": the schema cannot be built: " + ServerError.of(e) + ". "
                        + part.or(() -> missingRole.map(
                                        role -> "Make the role first, which stays on the server: CREATE ROLE "
                                                + Roles.identifier(role) + ";"))
                                .or(() -> OtherSql.adviceOn(ServerError.of(e)))
                                .orElse(
                                        "The rehearsal needs the schema as it is before the migration: mend the script or its place in the"
                                                + " plan's list, take it out where production never ran it, or let \"schema\" be a pg_dump"
                                                + " --schema-only of production."),
                e);
    }
}
