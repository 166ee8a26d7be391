package dev.rehearse.database;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.ContainerEngine.Container;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One PostgreSQL server in a container, its data in a volume of the run, published on one address. Thread-safe. */
final class DockerServer implements AutoCloseable {

    static final String MOUNT = "/rehearse";
    static final String DATA = MOUNT + "/data";
    static final String TEMPLATE = "/template";

    /** A fresh volume gets the template's content, if one is mounted; then the image's own entrypoint goes on. */
    private static final String ENTRY =
            "set -e; if [ ! -e \"$PGDATA\" ] && [ -d " + TEMPLATE + "/data ]; then set -- " + TEMPLATE
                    + "/data \"$PGDATA\" \"$@\"; " + DataDirectories.COPY + "; shift 2; fi;"
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
    private final int port = EmbeddedServer.freePort();
    private volatile @Nullable String container;

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

    TestDatabase.Server address() {
        return new TestDatabase.Server(
                name, engine.host(), port, EmbeddedProvider.DATABASE, EmbeddedProvider.SUPERUSER, password);
    }

    /**
     * Creates the container and starts it.
     *
     * @param template volume to copy the data from, or null for what the server's own volume holds
     */
    void create(Map<String, String> settings, @Nullable String template, @Nullable String network, boolean standby) {
        List<String> command = new ArrayList<>(List.of("postgres"));
        settings.forEach((setting, value) -> command.addAll(List.of("-c", setting + "=" + ServerSettings.bare(value))));
        command.addAll(List.of("-c", "listen_addresses=*"));
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PGDATA", DATA);
        environment.put("POSTGRES_USER", EmbeddedProvider.SUPERUSER);
        environment.put("POSTGRES_PASSWORD", password);
        environment.put("POSTGRES_DB", EmbeddedProvider.DATABASE);
        environment.put("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C.UTF-8 --auth-host=scram-sha-256");
        environment.put("REHEARSE_STANDBY", standby ? "1" : "");
        Map<String, String> mounts = new LinkedHashMap<>();
        mounts.put(volume, MOUNT);
        if (template != null) {
            mounts.put(template, TEMPLATE + ":ro");
        }
        container = engine.create(new Container(
                image, command, ENTRY, environment, mounts, port, network, alias(), ContainerLabels.of(run)));
        start();
    }

    /** Starts the container and returns once the server accepts connections. */
    void start() {
        engine.start(id());
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        while (true) {
            try {
                address().connect("rehearse-startup").close();
                return;
            } catch (SQLException e) {
                if (!engine.isRunning(id())) {
                    throw new EnvironmentException("The container of " + image + " (" + name
                            + ") ended while PostgreSQL started. The end of its log:\n" + lastWords());
                }
                if (!EmbeddedServer.NOT_YET.contains(String.valueOf(e.getSQLState())) || System.nanoTime() > deadline) {
                    throw new EnvironmentException(
                            "The container of " + image + " (" + name + ") did not accept a connection on "
                                    + engine.host() + ":" + port
                                    + " within " + START_DEADLINE.toSeconds() + " s: " + e.getMessage()
                                    + "\nThe end of its log:\n" + lastWords(),
                            e);
                }
            }
            EmbeddedServer.pause();
        }
    }

    /** Shuts PostgreSQL down cleanly; the container stays and can be started again. */
    void stop() {
        engine.signal(id(), "SIGINT");
        engine.awaitExit(id(), STOP_DEADLINE);
    }

    boolean isAlive() {
        return container != null && engine.isRunning(id());
    }

    String lastWords() {
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
        if (container != null) {
            engine.removeContainer(id());
        }
        engine.removeVolume(volume);
    }
}
