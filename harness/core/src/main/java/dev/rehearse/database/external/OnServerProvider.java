package dev.rehearse.database.external;

import dev.rehearse.EnvironmentException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A database of our own on a server that the caller runs for its tests: made for one rehearsal, marked as disposable by us who made it, and
 * dropped afterwards. Other databases of the server are not touched.
 *
 * @param server with the database to connect to for making others
 * @param place for people: "the test's own container (postgres:18)"
 */
public record OnServerProvider(TestDatabase.Server server, String place) implements DatabaseProvider {

    @Override
    public String name() {
        return "external";
    }

    @Override
    public TestDatabase start(DatabaseRequest request, Progress progress) {
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        String database = "rehearse_" + HexFormat.of().formatHex(random);
        progress.report("make the database " + database + " in " + place, 0, -1);
        execute("CREATE DATABASE " + database, Mark.DISPOSABLE.statement(database));
        try {
            TestDatabase.Server made = new TestDatabase.Server(
                    server.name(), server.host(), server.port(), database, server.user(), server.password());
            return new Made(this, new ExternalProvider(made, null).start(request, progress));
        } catch (RuntimeException e) {
            try {
                drop(database);
            } catch (EnvironmentException late) {
                e.addSuppressed(late);
            }
            throw e;
        }
    }

    private void drop(String database) {
        execute("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
    }

    private void execute(String... statements) {
        try (Connection connection = server.connect("rehearse-admin");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new EnvironmentException(
                    "Cannot make a database in " + place + " as " + server.user() + ": " + e.getMessage()
                            + ". A rehearsal needs a superuser of it.",
                    e);
        }
    }

    /** The database that was made, which goes with its rehearsal. */
    private record Made(OnServerProvider maker, TestDatabase database) implements TestDatabase {

        @Override
        public String description() {
            return database.description() + " in " + maker.place;
        }

        @Override
        public String provider() {
            return database.provider();
        }

        @Override
        public boolean isLoaded() {
            return database.isLoaded();
        }

        @Override
        public void seal(Progress progress) {
            database.seal(progress);
        }

        @Override
        public void keep(String name, byte[] content) {
            database.keep(name, content);
        }

        @Override
        public Optional<byte[]> kept(String name) {
            return database.kept(name);
        }

        @Override
        public Server primary() {
            return database.primary();
        }

        @Override
        public List<Server> standbys() {
            return database.standbys();
        }

        @Override
        public boolean isAlive() {
            return database.isAlive();
        }

        @Override
        public String lastWords() {
            return database.lastWords();
        }

        @Override
        public void close() {
            boolean alive = database.isAlive();
            database.close();
            if (alive) {
                maker.drop(database.primary().database());
            }
        }
    }
}
