package dev.rehearse.database.server;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.machine.Run;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A primary and its standbys that this run started, from a template if there is one for its key. */
public abstract class StartedDatabase<S extends StartedServer> implements TestDatabase {

    protected final Run run;
    protected final DatabaseRequest request;
    protected final List<S> standbyServers = new CopyOnWriteArrayList<>();
    protected final Map<String, byte[]> kept = new ConcurrentHashMap<>();
    protected TemplateStore.@Nullable Lease template;
    private boolean sealed;

    protected StartedDatabase(Run run, DatabaseRequest request) {
        this.run = run;
        this.request = request;
    }

    /**
     * What every provider that starts servers asks of a request.
     *
     * @throws InvalidRehearsalException if it cannot be met
     */
    public static void check(DatabaseRequest request) {
        if (request.version() < DatabaseRequest.OLDEST || request.version() > DatabaseRequest.NEWEST) {
            throw new InvalidRehearsalException("PostgreSQL " + request.version() + " is not supported; versions "
                    + DatabaseRequest.OLDEST + " to " + DatabaseRequest.NEWEST + " are.");
        }
        if (request.standbys() < 0 || request.standbys() > 2) {
            throw new InvalidRehearsalException("standbys must be 0, 1 or 2, but was " + request.standbys() + ".");
        }
        String synchronous = ServerSettings.synchronousStandbys(request.settings());
        if (request.standbys() == 0 && !synchronous.isEmpty()) {
            throw new InvalidRehearsalException("synchronous_standby_names is " + synchronous
                    + ", but there is no standby: every commit would wait for ever. Ask for standbys, whose names are standby_1 and"
                    + " standby_2, or leave the setting out.");
        }
    }

    protected abstract S primaryServer();

    /** Keeps what is loaded where nothing was yet, and starts the standbys; called once. */
    protected abstract void keepAndCopy(Progress progress);

    @Override
    public final synchronized void seal(Progress progress) {
        if (!sealed) {
            sealed = true;
            keepAndCopy(progress);
        }
    }

    protected final void reserveSlots() {
        Standbys.reserveSlots(primary(), request.standbys());
    }

    protected final void awaitStandbys() {
        Standbys.awaitStreaming(primary(), request.standbys());
        Standbys.synchronise(primary(), request.settings());
    }

    @Override
    public final boolean isLoaded() {
        return template != null;
    }

    @Override
    public final void keep(String name, byte[] content) {
        kept.put(name, content.clone());
    }

    @Override
    public final Optional<byte[]> kept(String name) {
        byte[] own = kept.get(name);
        return Optional.ofNullable(own == null && template != null ? template.kept(name) : own);
    }

    @Override
    public final Server primary() {
        return primaryServer().address();
    }

    @Override
    public final List<Server> standbys() {
        return standbyServers.stream().map(StartedServer::address).toList();
    }

    @Override
    public final boolean isAlive() {
        return !primaryServer().hasDied() && standbyServers.stream().noneMatch(StartedServer::hasDied);
    }

    @Override
    public final String lastWords() {
        StringBuilder words = new StringBuilder(primaryServer().lastWords());
        for (StartedServer standby : standbyServers) {
            if (!standby.isAlive()) {
                words.append("\n")
                        .append(standby.address().name())
                        .append(":\n")
                        .append(standby.lastWords());
            }
        }
        return words.toString();
    }

    public final Run run() {
        return run;
    }

    @Override
    public final void close() {
        run.close();
    }
}
