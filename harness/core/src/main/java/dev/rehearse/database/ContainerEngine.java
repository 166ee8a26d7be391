package dev.rehearse.database;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.Volume;
import dev.rehearse.EnvironmentException;
import dev.rehearse.Progress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.InvalidConfigurationException;
import org.testcontainers.dockerclient.TransportConfig;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/**
 * The container engine of this machine, found as Testcontainers finds it: the only class that touches that library, so that users
 * who leave it out lose containers and nothing else. Its client is used directly, without its helper container: our own labels say
 * whose everything is, and the run's end or a later run removes it. Thread-safe.
 */
final class ContainerEngine {

    private static final int POSTGRES_PORT = 5432;
    private static final Duration PULL_DEADLINE = Duration.ofMinutes(15);
    private static final Duration REMOVAL_DEADLINE = Duration.ofSeconds(4);
    private static final long SHARED_MEMORY_BYTES = 1L << 30;

    private final DockerClient client;
    private final String address;
    private final String version;
    private final String host;

    private ContainerEngine(DockerClient client, String address, String version, String host) {
        this.client = client;
        this.address = address;
        this.version = version;
        this.host = host;
    }

    /**
     * A container to create.
     *
     * @param command what its image's own entrypoint is given
     * @param script a shell script that runs before that; it ends with an exec of its arguments, or alone does the work
     * @param mounts volume to path, read-only where the path ends with {@code :ro}
     * @param hostPort port of the host that its PostgreSQL port is published on, or null
     */
    record Container(
            String image,
            List<String> command,
            String script,
            Map<String, String> environment,
            Map<String, String> mounts,
            @Nullable Integer hostPort,
            @Nullable String network,
            String alias,
            Map<String, String> labels) {}

    /** Something of ours that the engine keeps. */
    record Item(String id, Map<String, String> labels) {}

    private static final class Found {
        static @Nullable ContainerEngine engine;
    }

    /**
     * The engine that answers.
     *
     * @throws EnvironmentException if none does
     */
    static ContainerEngine connect() {
        synchronized (Found.class) {
            if (Found.engine == null) {
                Found.engine = find();
            }
            return Found.engine;
        }
    }

    private static ContainerEngine find() {
        try {
            List<DockerClientProviderStrategy> strategies = new ArrayList<>();
            ServiceLoader.load(DockerClientProviderStrategy.class).forEach(strategies::add);
            DockerClientProviderStrategy strategy = DockerClientProviderStrategy.getFirstValidStrategy(strategies);
            DockerClient client = strategy.getDockerClient();
            Info info = client.infoCmd().exec();
            URI address = strategy.getTransportConfig().getDockerHost();
            return new ContainerEngine(client, address.toString(), info.getServerVersion(), hostOf(address));
        } catch (IllegalStateException | DockerException e) {
            String named = System.getenv("DOCKER_HOST");
            throw new EnvironmentException(
                    "No container engine answered (" + (named == null ? "" : "DOCKER_HOST=" + named + ", ")
                            + "Docker's usual sockets, Podman's). Start Docker or Podman, or "
                            + DockerProvider.EMBEDDED,
                    e);
        }
    }

    /**
     * Where ports are published and reached: on loopback, unless the user says otherwise, from inside a container that shares its
     * host's socket for instance. Testcontainers' own answer may pull an image to find a gateway, so it is not asked.
     */
    private static String hostOf(URI address) {
        String override = System.getenv("TESTCONTAINERS_HOST_OVERRIDE");
        if (override != null && !override.isBlank() && !override.equals("localhost")) {
            return override;
        }
        String host = address.getHost();
        if (host == null || host.equals("localhost") || host.startsWith("127.")) {
            return "127.0.0.1";
        }

        throw new EnvironmentException("The container engine at " + address
                + " is on another machine. A rehearsal's database is published on the loopback interface only. Start a database"
                + " there yourself and name it by its JDBC URL, or use an engine of this machine.");
    }

    private static Optional<Path> podmanSocket() {
        List<Path> candidates = new ArrayList<>();
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null) {
            candidates.add(Path.of(runtime, "podman", "podman.sock"));
        }
        candidates.add(Path.of("/run/podman/podman.sock"));
        return candidates.stream().filter(Files::isWritable).findFirst();
    }

    /**
     * Podman speaks Docker's protocol on a socket of its own; Docker's are tried first. A service of Testcontainers, because that looks
     * for an engine a second time by itself before it creates a container. Public for its loader alone.
     */
    public static final class Podman extends DockerClientProviderStrategy {

        @Override
        public String getDescription() {
            return "Podman's own socket";
        }

        @Override
        protected boolean isApplicable() {
            return podmanSocket().isPresent();
        }

        @Override
        protected int getPriority() {
            return 0;
        }

        @Override
        protected boolean isPersistable() {
            return false;
        }

        @Override
        public TransportConfig getTransportConfig() throws InvalidConfigurationException {
            Path socket = podmanSocket().orElseThrow(() -> new InvalidConfigurationException("Podman has no socket."));
            return TransportConfig.builder()
                    .dockerHost(URI.create("unix://" + socket))
                    .build();
        }
    }

    /** For people: "engine 27.3 at unix:///var/run/docker.sock". */
    String describe() {
        return "engine " + version + " at " + address;
    }

    /** Where published ports are reached. */
    String host() {
        return host;
    }

    /** Makes an image present, without asking any registry where it is already, and says its id. */
    String imageId(String image, Progress progress) {
        String name = resolved(image);
        try {
            return client.inspectImageCmd(name).exec().getId();
        } catch (NotFoundException absent) {
            pull(name, progress);
            return client.inspectImageCmd(name).exec().getId();
        }
    }

    boolean hasImage(String image) {
        return isPresent(resolved(image));
    }

    private boolean isPresent(String name) {
        try {
            client.inspectImageCmd(name).exec();
            return true;
        } catch (NotFoundException absent) {
            return false;
        }
    }

    /** Under the name that the machine's Testcontainers configuration gives it: a mirror's, for instance. */
    private static String resolved(String image) {
        return ImageNameSubstitutor.instance()
                .apply(DockerImageName.parse(image))
                .asCanonicalNameString();
    }

    private void pull(String image, Progress progress) {
        progress.report("pull " + image, 0, -1);
        boolean ended;
        AtomicReference<@Nullable String> refusal = new AtomicReference<>();
        try (var pulling = client.pullImageCmd(image).exec(new ResultCallback.Adapter<PullResponseItem>() {
            @Override
            public void onNext(PullResponseItem item) {
                if (item.getErrorDetail() != null) {
                    refusal.set(item.getErrorDetail().getMessage());
                }
            }
        })) {
            ended = pulling.awaitCompletion(PULL_DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnvironmentException("Interrupted while pulling " + image, e);
        } catch (java.io.IOException | RuntimeException e) {
            throw new EnvironmentException(cannotPull(image, e.getMessage()), e);
        }
        if (!ended) {
            throw new EnvironmentException(
                    cannotPull(image, "it took longer than " + PULL_DEADLINE.toMinutes() + " minutes."));
        }
        if (!isPresent(image)) {
            // A pull that fails half way ends with words, not with an exception.
            throw new EnvironmentException(cannotPull(image, refusal.get()));
        }
        progress.report("pull " + image, 1, 1);
    }

    private static String cannotPull(String image, @Nullable String reason) {
        return "The image " + image + " is not on this machine and cannot be pulled: " + reason
                + "\nPull it where the network allows, name another with database.image, or " + DockerProvider.EMBEDDED;
    }

    /** Creates a container and says its id. */
    String create(Container container) {
        String image = resolved(container.image());
        List<String> entrypoint = new ArrayList<>(List.of("sh", "-c", container.script(), "rehearse"));
        ContainerConfig configuration = client.inspectImageCmd(image).exec().getConfig();
        if (!container.command().isEmpty()) {
            String[] own = configuration == null ? null : configuration.getEntrypoint();
            entrypoint.addAll(own == null ? List.of() : List.of(own));
        }
        List<Bind> binds = new ArrayList<>();
        container
                .mounts()
                .forEach((volume, path) -> binds.add(
                        path.endsWith(":ro")
                                ? new Bind(volume, new Volume(path.substring(0, path.length() - 3)), AccessMode.ro)
                                : new Bind(volume, new Volume(path))));

        HostConfig host = HostConfig.newHostConfig()
                .withBinds(binds)
                .withTmpFs(unusedVolumes(configuration))
                .withShmSize(SHARED_MEMORY_BYTES);
        if (container.hostPort() != null) {
            host.withPortBindings(new PortBinding(
                    Ports.Binding.bindIpAndPort(this.host, container.hostPort()), ExposedPort.tcp(POSTGRES_PORT)));
        }
        if (container.network() != null) {
            host.withNetworkMode(container.network());
        }
        try (CreateContainerCmd command = client.createContainerCmd(image)) {
            if (container.network() != null) {
                command.withAliases(container.alias());
            }
            return command.withEntrypoint(entrypoint)
                    .withCmd(container.command())
                    .withUser("0")
                    .withEnv(container.environment().entrySet().stream()
                            .map(variable -> variable.getKey() + "=" + variable.getValue())
                            .toList())
                    .withExposedPorts(ExposedPort.tcp(POSTGRES_PORT))
                    .withLabels(container.labels())
                    .withHostConfig(host)
                    .exec()
                    .getId();
        } catch (DockerException e) {
            throw new EnvironmentException("Cannot create a container of " + image + ": " + e.getMessage(), e);
        }
    }

    /** The volumes that an image declares: memory in their place, or each container would leave one without a name. */
    private static Map<String, String> unusedVolumes(@Nullable ContainerConfig configuration) {
        Map<String, ?> declared = configuration == null ? null : configuration.getVolumes();
        return declared == null
                ? Map.of()
                : declared.keySet().stream().collect(Collectors.toMap(path -> path, path -> ""));
    }

    void start(String id) {
        try {
            client.startContainerCmd(id).exec();
        } catch (DockerException e) {
            throw new EnvironmentException("Cannot start container " + id.substring(0, 12) + ": " + e.getMessage(), e);
        }
    }

    void signal(String id, String signal) {
        try {
            client.killContainerCmd(id).withSignal(signal).exec();
        } catch (NotFoundException | ConflictException hasEnded) {
            // That is what was wanted.
        }
    }

    /** The exit code of a container that ends within the deadline. */
    int awaitExit(String id, Duration deadline) {
        try (var waiting = client.waitContainerCmd(id).start()) {
            return waiting.awaitStatusCode(deadline.toSeconds(), TimeUnit.SECONDS);
        } catch (java.io.IOException | RuntimeException e) {
            throw new EnvironmentException(
                    "Container " + id.substring(0, 12) + " did not end within " + deadline.toSeconds() + " s.", e);
        }
    }

    boolean isRunning(String id) {
        try {
            InspectContainerResponse.ContainerState state =
                    client.inspectContainerCmd(id).exec().getState();
            return Boolean.TRUE.equals(state.getRunning());
        } catch (RuntimeException goneOrEngineGone) {
            return false;
        }
    }

    String log(String id, int lines) {
        StringBuilder text = new StringBuilder();
        try (var reading = client.logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .withTail(lines)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        synchronized (text) {
                            text.append(new String(frame.getPayload(), java.nio.charset.StandardCharsets.UTF_8));
                        }
                    }
                })) {
            reading.awaitCompletion(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.io.IOException | RuntimeException gone) {
            // Then there are no words.
        }
        synchronized (text) {
            return text.toString();
        }
    }

    /** Removes a container, running or not. False if the engine did not let it go in time. */
    boolean removeContainer(String id) {
        return remove(() -> client.removeContainerCmd(id)
                .withForce(true)
                .withRemoveVolumes(true)
                .exec());
    }

    /**
     * Repeats a removal until the thing is gone: while another process removes a container, it and its volumes cannot be removed
     * again, and the engine says so before they are gone.
     */
    private static boolean remove(Runnable removal) {
        long deadline = System.nanoTime() + REMOVAL_DEADLINE.toNanos();
        while (true) {
            try {
                removal.run();
                return true;
            } catch (NotFoundException gone) {
                return true;
            } catch (RuntimeException inUse) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    void createVolume(String name, Map<String, String> labels) {
        try {
            client.createVolumeCmd().withName(name).withLabels(labels).exec();
        } catch (DockerException e) {
            throw new EnvironmentException("Cannot create the volume " + name + ": " + e.getMessage(), e);
        }
    }

    boolean hasVolume(String name) {
        try {
            client.inspectVolumeCmd(name).exec();
            return true;
        } catch (NotFoundException absent) {
            return false;
        }
    }

    boolean removeVolume(String name) {
        return remove(() -> client.removeVolumeCmd(name).exec());
    }

    void createNetwork(String name, Map<String, String> labels) {
        try {
            client.createNetworkCmd().withName(name).withLabels(labels).exec();
        } catch (DockerException e) {
            throw new EnvironmentException("Cannot create the network " + name + ": " + e.getMessage(), e);
        }
    }

    boolean removeNetwork(String name) {
        return remove(() -> client.removeNetworkCmd(name).exec());
    }

    /** Containers of ours, running or not. */
    List<Item> containers() {
        return listed(() ->
                client
                        .listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(List.of(ContainerLabels.RUN))
                        .exec()
                        .stream()
                        .map(container -> new Item(container.getId(), container.getLabels()))
                        .toList());
    }

    List<Item> volumes() {
        return listed(() -> {
            var volumes = client.listVolumesCmd()
                    .withFilter("label", List.of(ContainerLabels.RUN))
                    .exec()
                    .getVolumes();
            return volumes == null
                    ? List.of()
                    : volumes.stream()
                            .map(volume -> new Item(volume.getName(), volume.getLabels()))
                            .toList();
        });
    }

    List<Item> networks() {
        return listed(() -> client.listNetworksCmd().withFilter("label", List.of(ContainerLabels.RUN)).exec().stream()
                .map(network -> new Item(network.getName(), network.getLabels()))
                .toList());
    }

    private List<Item> listed(Supplier<List<Item>> question) {
        try {
            return question.get();
        } catch (RuntimeException e) {
            throw new EnvironmentException(
                    "The container " + describe() + " does not say what it keeps: " + e.getMessage(), e);
        }
    }
}
