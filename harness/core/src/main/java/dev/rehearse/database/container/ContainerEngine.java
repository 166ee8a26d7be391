package dev.rehearse.database.container;

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
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Volume;
import dev.rehearse.EnvironmentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The container engine of this machine ({@link ContainerEngineFinder}). Testcontainers' client is used directly, without its helper
 * container: our own labels say whose everything is, and the run's end or a later run removes it. Thread-safe.
 */
public final class ContainerEngine {

    private static final int POSTGRES_PORT = 5432;
    private static final Duration REMOVAL_DEADLINE = Duration.ofSeconds(4);
    private static final long SHARED_MEMORY_BYTES = 1L << 30;

    private final DockerClient client;
    private final String address;
    private final String version;
    private final String host;
    private final ContainerImages images;

    ContainerEngine(DockerClient client, String address, String version, String host) {
        this.client = client;
        this.address = address;
        this.version = version;
        this.host = host;
        this.images = new ContainerImages(client);
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
    public record Item(String id, Map<String, String> labels) {}

    /** For people: "engine 27.3 at unix:///var/run/docker.sock". */
    public String describe() {
        return "engine " + version + " at " + address;
    }

    /** Where published ports are reached. */
    String host() {
        return host;
    }

    public ContainerImages images() {
        return images;
    }

    /** Creates a container and says its id. */
    String create(Container container) {
        List<String> entrypoint = new ArrayList<>(List.of("sh", "-c", container.script(), "rehearse"));
        ContainerConfig configuration = images.configuration(container.image());
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
        try (CreateContainerCmd command =
                client.createContainerCmd(ContainerEngineFinder.imageName(container.image()))) {
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
            throw new EnvironmentException(
                    "Cannot create a container of " + container.image() + ": " + e.getMessage(), e);
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
    public List<Item> containers() {
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

    public List<Item> volumes() {
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

    public List<Item> networks() {
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
