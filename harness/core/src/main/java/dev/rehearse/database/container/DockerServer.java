package dev.rehearse.database.container;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.container.ContainerEngine.Container;
import dev.rehearse.database.machine.Run;
import dev.rehearse.database.server.DataDirectories;
import dev.rehearse.database.server.ServerSettings;
import dev.rehearse.database.server.StartedServer;
import dev.rehearse.database.server.Startup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One PostgreSQL server in a container, its data in a volume of the run, published on one address. Thread-safe. */
final class DockerServer implements StartedServer {

    static final String MOUNT = "/rehearse";
    static final String DATA = MOUNT + "/data";
    static final String TEMPLATE = "/template";

    /** A fresh volume gets the template's content, if one is mounted; then the image's own entrypoint goes on. */
    private static final String ENTRY = "set -e; " + DataDirectories.FUNCTIONS + " if [ ! -e \"$PGDATA\" ] && [ -d "
            + TEMPLATE + "/data ]; then copy " + TEMPLATE
            + "/data \"$PGDATA\"; [ -z \"$REHEARSE_FLUSH\" ] || flush \"$PGDATA\"; fi;"
            + " if [ -n \"$REHEARSE_STANDBY\" ]; then touch \"$PGDATA/standby.signal\"; fi; exec \"$@\"";

    private static final Duration START_DEADLINE = Duration.ofSeconds(120);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(120);
    private static final int LAST_LINES = 40;

    private final ContainerEngine engine;
    private final Run run;
    private final String image;
    private final String name;
    private final String password;
    private final String volume;
    private volatile int port = Startup.freePort();
    private boolean closed;
    private volatile boolean stopped;
    private volatile @Nullable String container;
    private volatile String version = "";

    DockerServer(ContainerEngine engine, Run run, String image, String name, String password) {
        this.engine = engine;
        this.run = run;
        this.image = image;
        this.name = name;
        this.password = password;
        this.volume = "rehearse-" + run.id() + "-" + alias();
        run.own(this);
        engine.createVolume(volume, ContainerLabels.of(run));
    }

    /** What the run's network calls it. */
    String alias() {
        return name.replace(' ', '-');
    }

    String volume() {
        return volume;
    }

    @Override
    public TestDatabase.Server address() {
        return new TestDatabase.Server(
                name, engine.host(), port, StartedServer.DATABASE, StartedServer.SUPERUSER, password);
    }

    /**
     * Creates the container and starts it.
     *
     * @param template volume to copy the data from, or null for what the server's own volume holds
     * @param flush whether what was copied goes to the disk before the server starts
     */
    void create(
            Map<String, String> settings,
            @Nullable String template,
            @Nullable String network,
            boolean standby,
            boolean flush) {
        List<String> command = new ArrayList<>(List.of("postgres"));
        settings.forEach((setting, value) -> command.addAll(List.of("-c", setting + "=" + ServerSettings.bare(value))));
        command.addAll(List.of("-c", "listen_addresses=*"));
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PGDATA", DATA);
        environment.put("POSTGRES_USER", StartedServer.SUPERUSER);
        environment.put("POSTGRES_PASSWORD", password);
        environment.put("POSTGRES_DB", StartedServer.DATABASE);
        environment.put("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C.UTF-8 --auth-host=scram-sha-256");
        environment.put("REHEARSE_STANDBY", standby ? "1" : "");
        environment.put("REHEARSE_FLUSH", flush ? "1" : "");
        Map<String, String> mounts = new LinkedHashMap<>();
        mounts.put(volume, MOUNT);
        if (template != null) {
            mounts.put(template, TEMPLATE + ":ro");
        }
        Map<String, String> labels = ContainerLabels.of(run);
        hold(engine.create(new Container(image, command, ENTRY, environment, mounts, port, network, alias(), labels)));
        try {
            engine.start(id());
        } catch (EnvironmentException e) {
            // Between our choice of a port and its use another process may take it.
            if (Startup.isFree(port)) {
                throw e;
            }
            port = Startup.freePort();
            engine.removeContainer(id());
            hold(engine.create(
                    new Container(image, command, ENTRY, environment, mounts, port, network, alias(), labels)));
            engine.start(id());
        }
        awaitReady();
    }

    private void hold(String id) {
        synchronized (this) {
            container = id;
            if (!closed) {
                return;
            }
        }
        engine.removeContainer(id);
        throw new EnvironmentException("The rehearsal was ended while its database was starting.");
    }

    /** Starts the stopped container again and returns once the server accepts connections. */
    void start() {
        engine.start(id());
        stopped = false;
        awaitReady();
    }

    private void awaitReady() {
        version = Startup.await(
                address(),
                "The container of " + image + " (" + name + ")",
                START_DEADLINE,
                this::isAlive,
                this::lastWords);
    }

    /** As it told when it was ready: "18.6 (Debian 18.6-1.pgdg12+1)". */
    String version() {
        return version;
    }

    /**
     * Shuts PostgreSQL down cleanly; the container stays and can be started again.
     *
     * @throws EnvironmentException where it dies instead
     */
    void stop() {
        stopped = isAlive();
        engine.signal(id(), "SIGINT");
        int exitCode = engine.awaitExit(id(), STOP_DEADLINE);
        if (exitCode != 0) {
            stopped = false;
            throw Startup.died(name, exitCode, lastWords());
        }
    }

    @Override
    public boolean isAlive() {
        return container != null && engine.isRunning(id());
    }

    @Override
    public boolean hasDied() {
        return !stopped && !isAlive();
    }

    @Override
    public String lastWords() {
        return container == null ? "" : engine.log(id(), LAST_LINES);
    }

    private String id() {
        String id = container;
        if (id == null) {
            throw new EnvironmentException("The container of " + name + " has not been created.");
        }
        return id;
    }

    @Override
    public void close() {
        String id;
        synchronized (this) {
            closed = true;
            id = container;
        }
        if (id != null) {
            engine.removeContainer(id);
        }
        if (!engine.removeVolume(volume)) {
            throw new EnvironmentException("The engine did not remove the volume " + volume + "; a later run will.");
        }
    }
}
