package dev.rehearse.database.external;

import dev.rehearse.Progress;
import dev.rehearse.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A database of somebody else's. One session stays open for the whole rehearsal, so that another rehearsal sees that it is taken. */
final class ExternalDatabase implements TestDatabase {

    private final Server server;
    private final Connection guard;
    private final String version;
    private final boolean loaded;
    private final Map<String, byte[]> kept = new ConcurrentHashMap<>();

    ExternalDatabase(Server server, Connection guard, String version, boolean loaded) {
        this.server = server;
        this.guard = guard;
        this.version = version;
        this.loaded = loaded;
    }

    @Override
    public String description() {
        return "PostgreSQL " + version + " at " + server.host() + ":" + server.port() + " (database "
                + server.database() + ")";
    }

    @Override
    public String provider() {
        return "external";
    }

    @Override
    public boolean isLoaded() {
        return loaded;
    }

    /** Nothing is kept and nothing is started: both would change what is not ours. */
    @Override
    public void seal(Progress progress) {}

    @Override
    public void keep(String name, byte[] content) {
        kept.put(name, content.clone());
    }

    @Override
    public Optional<byte[]> kept(String name) {
        return Optional.ofNullable(kept.get(name));
    }

    @Override
    public Server primary() {
        return server;
    }

    @Override
    public List<Server> standbys() {
        return List.of();
    }

    @Override
    public synchronized boolean isAlive() {
        try {
            return guard.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public String lastWords() {
        return "";
    }

    @Override
    public synchronized void close() {
        try {
            guard.close();
        } catch (SQLException e) {
            // The server ends the session when it notices.
        }
    }
}
