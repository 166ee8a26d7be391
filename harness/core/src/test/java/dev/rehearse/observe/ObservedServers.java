package dev.rehearse.observe;

import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.TestDatabase.Server;
import dev.rehearse.database.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Fresh databases of the newest and of the oldest PostgreSQL. */
public final class ObservedServers {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private ObservedServers() {}

    private static final class Oldest {
        static final TestDatabase DATABASE = TestServers.provider()
                .start(
                        new DatabaseRequest(
                                14, 0, Map.of("max_prepared_transactions", "5", "fsync", "off"), null, null),
                        Progress.SILENT);
    }

    public static Server freshDatabase(int version) throws SQLException {
        if (version == 18) {
            return TestServers.freshDatabase();
        }
        Server server = Oldest.DATABASE.primary();
        String name = "observed_" + COUNT.incrementAndGet();
        try (Connection connection = server.connect("rehearse-test");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE template0");
        }
        return new Server(server.name(), server.host(), server.port(), name, server.user(), server.password());
    }
}
