package dev.rehearse.database;

import dev.rehearse.Progress;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Databases for integration tests: one PostgreSQL 18 for the whole test process, started by the first who asks and ended
 * with the process, and as many fresh databases in it as there are tests.
 */
public final class TestServers {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestServers() {}

    private static final class Shared {
        static final TestDatabase DATABASE = provider()
                .start(new DatabaseRequest(18, 0, Map.of("log_lock_waits", "off"), null, null), Progress.SILENT);
    }

    /**
     * What this run of the tests takes its servers from: {@code REHEARSE_TEST_DATABASE} in the environment (docker), or else the
     * embedded server.
     */
    public static DatabaseProvider provider() {
        return DatabaseProviders.of(System.getenv().getOrDefault("REHEARSE_TEST_DATABASE", "embedded"))
                .provider();
    }

    /** The shared server, for those who look at the whole of it. */
    public static TestDatabase shared() {
        return Shared.DATABASE;
    }

    /** A new, empty database in the shared server. */
    public static TestDatabase.Server freshDatabase() throws SQLException {
        TestDatabase.Server server = shared().primary();
        String name = "test_" + COUNT.incrementAndGet();
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name + " template template0");
        }
        return new TestDatabase.Server(
                server.name(), server.host(), server.port(), name, server.user(), server.password());
    }
}
