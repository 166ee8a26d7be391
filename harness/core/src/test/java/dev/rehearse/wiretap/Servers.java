package dev.rehearse.wiretap;

import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestServers;
import dev.rehearse.wiretap.record.StatementRecorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** One server for each PostgreSQL major, started by the first test that asks and ended with the process; a new database for each test. */
public final class Servers {

    /** The role that migrations run as, with the settings that the recorder wants. */
    public static final String MIGRATOR = "migrator";

    public static final String PASSWORD = "pass word'%$é";

    private static final Map<Integer, TestDatabase> STARTED = new ConcurrentHashMap<>();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private Servers() {}

    /** The oldest and the newest, and what Debian has where it is installed. */
    public static IntStream versions() {
        return Files.isDirectory(Path.of("/usr/lib/postgresql/15/bin"))
                ? IntStream.of(14, 15, 18)
                : IntStream.of(14, 18);
    }

    public static TestDatabase.Server fresh(int version) throws SQLException {
        TestDatabase.Server server =
                STARTED.computeIfAbsent(version, Servers::start).primary();
        String name = "tap_" + COUNT.incrementAndGet();
        execute(server, "create database " + name + " template template0");
        return new TestDatabase.Server(
                server.name(), server.host(), server.port(), name, server.user(), server.password());
    }

    public static TestDatabase.Server newest() throws SQLException {
        return fresh(18);
    }

    public static void execute(TestDatabase.Server server, String... statements) throws SQLException {
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static TestDatabase start(int version) {
        TestDatabase database = TestServers.provider()
                .start(new DatabaseRequest(version, 0, Map.of("fsync", "off"), null, null), Progress.SILENT);
        try {
            execute(
                    database.primary(),
                    "create role " + MIGRATOR + " superuser login password '" + PASSWORD.replace("'", "''") + "'");
            for (Map.Entry<String, String> setting : StatementRecorder.SESSION_SETTINGS.entrySet()) {
                execute(
                        database.primary(),
                        "alter role " + MIGRATOR + " set " + setting.getKey() + " = '" + setting.getValue() + "'");
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return database;
    }
}
