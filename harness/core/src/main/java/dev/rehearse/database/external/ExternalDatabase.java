package dev.rehearse.database.external;

import dev.rehearse.EnvironmentException;
import dev.rehearse.Progress;
import dev.rehearse.database.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A database of somebody else's. One session stays open for the whole rehearsal, so that another rehearsal sees that it is taken. */
final class ExternalDatabase implements TestDatabase {

    /** Whatever somebody made, sessions' temporary tables aside. */
    private static final String CONTENT = """
            SELECT coalesce(string_agg(kind || oid, ' ' ORDER BY kind, oid), '')
            FROM (SELECT 'class' AS kind, oid FROM pg_class WHERE relpersistence <> 't'
                  UNION ALL SELECT 'proc', oid FROM pg_proc
                  UNION ALL SELECT 'type', oid FROM pg_type WHERE typrelid = 0 AND typelem = 0
                  UNION ALL SELECT 'extension', oid FROM pg_extension
                  UNION ALL SELECT 'schema', oid FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%') made
            WHERE oid >= 16384""";

    private final Server server;
    private final Connection guard;
    private final String version;
    private final boolean loaded;
    private final Map<String, byte[]> kept = new ConcurrentHashMap<>();
    /** What was in it before the loading that has begun; null: none has, or it has ended. */
    private @Nullable String before;

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

    @Override
    public synchronized void beginLoading() {
        before = content();
        Mark.BEGUN.put(guard, server.database());
    }

    /** Where nothing stays its owner's mark is put back. */
    @Override
    public synchronized Optional<String> partThatStays() {
        if (before == null) {
            return Optional.empty();
        }
        try {
            if (content().equals(before)) {
                seal(Progress.SILENT);
                return Optional.empty();
            }
        } catch (EnvironmentException lost) {
            // It has the mark of what has begun.
        }
        return Optional.of("the database " + server.database() + " at " + server.host() + ":" + server.port()
                + " has a part of what was to be loaded, and its comment says so: make it anew before the next run");
    }

    private String content() {
        try (Statement statement = guard.createStatement();
                ResultSet objects = statement.executeQuery(CONTENT)) {
            objects.next();
            return objects.getString(1);
        } catch (SQLException e) {
            throw new EnvironmentException("The database does not answer: " + e.getMessage(), e);
        }
    }

    /** Nothing is kept and nothing is started: both would change what is not ours. */
    @Override
    public synchronized void seal(Progress progress) {
        if (before != null) {
            Mark.DISPOSABLE.put(guard, server.database());
            before = null;
        }
    }

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
