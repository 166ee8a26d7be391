package dev.rehearse.data;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;

/**
 * A PostgreSQL server for the tests of this module alone: in a temporary directory, or in a container where
 * {@code REHEARSE_TEST_DATABASE} is docker.
 */
public final class ScratchServer implements AutoCloseable {

    /** Where it runs. */
    interface Host extends AutoCloseable {
        int port();

        @Override
        public void close();
    }

    private final Host host;

    private ScratchServer(Host host) {
        this.host = host;
    }

    /**
     * Nobody needs it after a crash, so that no new database and no commit waits for the disk.
     *
     * @param settings further settings of the server, each as {@code name=value}
     */
    public static ScratchServer start(String... settings) {
        String[] all =
                Stream.concat(Stream.of("fsync=off"), Stream.of(settings)).toArray(String[]::new);
        boolean inContainer = "docker".equals(System.getenv("REHEARSE_TEST_DATABASE"));
        return new ScratchServer(inContainer ? ScratchContainer.start(all) : ScratchFolder.start(all));
    }

    /**
     * Makes an empty database and connects to it.
     *
     * @param options those of CREATE DATABASE
     */
    public ConnectionSource database(String name, String... options) throws SQLException {
        try (Connection connection = open("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            statement.execute("CREATE DATABASE " + name + " " + String.join(" ", options));
        }
        return () -> open(name);
    }

    private Connection open(String database) throws SQLException {
        return open(host.port(), database);
    }

    static Connection open(int port, String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres");
    }

    @Override
    public void close() {
        host.close();
    }
}
