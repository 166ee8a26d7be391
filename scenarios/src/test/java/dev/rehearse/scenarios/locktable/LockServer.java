package dev.rehearse.scenarios.locktable;

import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.wiretap.lock.LockEventTrigger;
import dev.rehearse.wiretap.record.StatementRecorder;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server of one version, with the tables of {@code schema.sql} as a template from which cases get databases of their own. */
final class LockServer implements AutoCloseable {

    static final int DEADLOCK_TIMEOUT_MILLIS = 10;

    private static final String ROLE = "lock_table";
    private static final String PASSWORD = "lock table";
    private static final String TEMPLATE = "lock_table_template";
    private static final String UNTOUCHED = "lock_table_untouched";

    /** Locks do not depend on durability; and nobody but the case is to lock anything. */
    private static final Map<String, String> SETTINGS = Map.of(
            "fsync", "off",
            "full_page_writes", "off",
            "synchronous_commit", "off",
            "autovacuum", "off",
            "autovacuum_naptime", "1s",
            "shared_buffers", "128MB");

    private final TestDatabase database;
    private final Connection admin;
    private final String serverVersion;
    private @Nullable CaseRun untouched;
    private int count;

    LockServer(int version, String schema) throws SQLException {
        database = DatabaseProviders.embedded()
                .start(new DatabaseRequest(version, 0, SETTINGS, null, null), Progress.SILENT);
        admin = database.primary().connect("lock-table");
        try (Statement statement = admin.createStatement()) {
            statement.execute("create role " + ROLE + " superuser login password '" + PASSWORD + "'");
            statement.execute("alter role " + ROLE + " set deadlock_timeout = '" + DEADLOCK_TIMEOUT_MILLIS + "ms'");
            for (Map.Entry<String, String> setting : StatementRecorder.SESSION_SETTINGS.entrySet()) {
                statement.execute(
                        "alter role " + ROLE + " set " + setting.getKey() + " = '" + setting.getValue() + "'");
            }
            statement.execute("set allow_in_place_tablespaces = on");
            statement.execute("create tablespace elsewhere location ''");
            statement.execute("create database " + TEMPLATE);
            try (ResultSet row = statement.executeQuery("show server_version")) {
                row.next();
                serverVersion = row.getString(1).replaceAll(" .*", "");
            }
        }
        try (Connection connection = server(TEMPLATE).connect("lock-table");
                Statement statement = connection.createStatement()) {
            statement.execute(schema);
            LockEventTrigger.install(connection);
        }
        execute(admin, List.of("create database " + UNTOUCHED + " template " + TEMPLATE));
    }

    /** As the server says it: 18.6. */
    String serverVersion() {
        return serverVersion;
    }

    /** Carries a case out in a new database; one that can be rolled back, in a database that only such cases see. */
    Facts measure(LockCase lockCase) throws SQLException, InterruptedException {
        if (lockCase.canBeUndone()) {
            CaseRun run = untouched;
            if (run == null) {
                run = new CaseRun(lockCase, List.of(), server(UNTOUCHED), asRole(UNTOUCHED));
                untouched = run;
            }
            return run.facts(lockCase.undone(), true);
        }
        String name = "case_" + ++count;
        execute(admin, List.of("create database " + name + " template " + TEMPLATE));
        try (CaseRun run = new CaseRun(lockCase, lockCase.setup(), server(name), asRole(name))) {
            return run.facts(lockCase, false);
        } finally {
            execute(admin, List.of("drop database " + name + " with (force)"));
        }
    }

    private TestDatabase.Server server(String name) {
        TestDatabase.Server primary = database.primary();
        return new TestDatabase.Server(
                primary.name(), primary.host(), primary.port(), name, primary.user(), primary.password());
    }

    private TestDatabase.Server asRole(String name) {
        TestDatabase.Server owner = server(name);
        return new TestDatabase.Server(owner.name(), owner.host(), owner.port(), name, ROLE, PASSWORD);
    }

    static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        if (untouched != null) {
            untouched.close();
        }
        admin.close();
        database.close();
    }
}
