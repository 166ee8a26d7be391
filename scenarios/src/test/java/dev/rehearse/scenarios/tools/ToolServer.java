package dev.rehearse.scenarios.tools;

import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.wiretap.record.StatementRecorder;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** A server of one version, with a role to migrate as and a new database for each case. */
final class ToolServer implements AutoCloseable {

    static final String ROLE = "migrator";
    static final String PASSWORD = "mi:gr@te";
    static final Duration SOON = Duration.ofSeconds(60);

    private static final Map<String, String> SETTINGS =
            Map.of("fsync", "off", "full_page_writes", "off", "synchronous_commit", "off", "shared_buffers", "64MB");

    private final TestDatabase database;
    private int count;

    ToolServer(int version) throws SQLException {
        database = DatabaseProviders.embedded()
                .start(new DatabaseRequest(version, 0, SETTINGS, null, null), Progress.SILENT);
        execute(database.primary(), "create role " + ROLE + " superuser login password '" + PASSWORD + "'");
        for (Map.Entry<String, String> setting : StatementRecorder.SESSION_SETTINGS.entrySet()) {
            execute(
                    database.primary(),
                    "alter role " + ROLE + " set " + setting.getKey() + " = '" + setting.getValue() + "'");
        }
    }

    Server newDatabase() throws SQLException {
        String name = "case_" + ++count;
        execute(database.primary(), "create database " + name);
        Server server = database.primary();
        return new Server(server.name(), server.host(), server.port(), name, server.user(), server.password());
    }

    static void execute(Server server, String sql) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String query(Server server, String sql) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /** Waits for something to be so. */
    static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Not within " + SOON.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
