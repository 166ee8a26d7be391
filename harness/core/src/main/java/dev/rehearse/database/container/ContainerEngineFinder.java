package dev.rehearse.database.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Info;
import dev.rehearse.EnvironmentException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.InvalidConfigurationException;
import org.testcontainers.dockerclient.TransportConfig;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/**
 * Finds the container engine of this machine as Testcontainers finds it, and images under the names that its settings give them: the only
 * class that touches that library, so that users who leave it out lose containers and nothing else. Thread-safe.
 */
final class ContainerEngineFinder {

    private static @Nullable ContainerEngine found;

    private ContainerEngineFinder() {}

    /**
     * The engine that answers; looked for once.
     *
     * @throws EnvironmentException if none does
     */
    static synchronized ContainerEngine find() {
        if (found == null) {
            found = search();
        }
        return found;
    }

    private static ContainerEngine search() {
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

    /** An image's name by the machine's Testcontainers settings: a mirror's, for instance. */
    static String imageName(String image) {
        return ImageNameSubstitutor.instance()
                .apply(DockerImageName.parse(image))
                .asCanonicalNameString();
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
}
