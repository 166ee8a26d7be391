package dev.rehearse.database;

import dev.rehearse.Progress;
import dev.rehearse.database.choice.DatabaseProviders;
import dev.rehearse.database.container.ContainerEngine;
import dev.rehearse.database.container.ContainerLabels;
import dev.rehearse.database.container.DockerProvider;
import dev.rehearse.database.machine.Owner;
import dev.rehearse.database.machine.RehearseHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Databases for integration tests: one PostgreSQL 18 for the whole test process, started by the first who asks and ended
 * with the process, and as many fresh databases in it as there are tests.
 */
public final class TestServers {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestServers() {}

    /** Nobody needs it after a crash, so that no new database and no commit waits for the disk. */
    private static final class Shared {
        static final TestDatabase DATABASE = provider()
                .start(
                        new DatabaseRequest(18, 0, Map.of("log_lock_waits", "off", "fsync", "off"), null, null),
                        Progress.SILENT);
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

    /** What this process has now for its databases: folders, server processes and, if it uses an engine, what that keeps for it. */
    public static Set<String> belongings() {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> runs = Files.list(RehearseHome.current().runs())) {
            String mark = "-" + ProcessHandle.current().pid() + "-";
            runs.map(Path::toString).filter(run -> run.contains(mark)).forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ProcessHandle.current().children().forEach(child -> found.add("process " + child.pid()));
        if (provider().name().equals("docker")) {
            ContainerEngine engine = DockerProvider.engine();
            Stream.of(engine.containers(), engine.volumes(), engine.networks())
                    .flatMap(List::stream)
                    .filter(item -> ContainerLabels.owner(item.labels()).equals(Optional.of(Owner.current())))
                    .filter(item -> !item.labels().containsKey(ContainerLabels.TEMPLATE))
                    .forEach(item -> found.add("of the engine " + item.id()));
        }
        return found;
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
