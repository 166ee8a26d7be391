package dev.rehearse.database.container;

import dev.rehearse.EnvironmentException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.FirstConnection;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.machine.DeadRuns;
import dev.rehearse.database.machine.RehearseHome;
import dev.rehearse.database.machine.Run;
import dev.rehearse.database.server.StartedDatabase;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Starts PostgreSQL in containers of the official image, or of one that behaves like it. */
public final class DockerProvider implements DatabaseProvider {

    /** What to do without an engine. */
    static final String EMBEDDED = "use --database embedded (in a JUnit test: -Drehearse.database=embedded).";

    private final RehearseHome home;

    public DockerProvider(RehearseHome home) {
        this.home = home;
    }

    @Override
    public String name() {
        return "docker";
    }

    @Override
    public TestDatabase start(DatabaseRequest request, Progress progress) {
        StartedDatabase.check(request);
        FirstConnection.makeAhead();
        ContainerEngine engine = engine();
        DeadRuns.remove(home, () -> ContainerLeftovers.removeDead(home));
        CompletableFuture<List<String>> sweep =
                CompletableFuture.supplyAsync(() -> ContainerLeftovers.removeDead(engine, home));
        String image = image(request);
        String imageId = imageId(request, progress);
        Run run = Run.register(home, name());
        try {
            DockerDatabase database = new DockerDatabase(engine, home, run, image, imageId, request);
            database.start(progress);
            // Beside the start, which takes longer. What cannot be removed now is left to a later run.
            sweep.exceptionally(failure -> List.of()).join();
            return database;
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
    }

    /**
     * The engine of this machine.
     *
     * @throws EnvironmentException if none answers, or the library that finds it is not on the class path, or not all of it
     */
    public static ContainerEngine engine() {
        if (!hasLibrary()) {
            throw new EnvironmentException(
                    "Containers need the library org.testcontainers:testcontainers-postgresql, which is not on the class path."
                            + " Add it, or " + EMBEDDED);
        }
        try {
            return ContainerEngineFinder.find();
        } catch (LinkageError e) {
            throw new EnvironmentException(
                    "No container engine can be looked for: " + whyNot(e) + ", or " + EMBEDDED, e);
        }
    }

    private static String whyNot(LinkageError e) {
        // Where no socket answers, JNA is asked who we are, and unpacks a library of its own.
        boolean ofJna = Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                .flatMap(each -> Stream.of(each.getStackTrace()))
                .anyMatch(frame -> frame.getClassName().startsWith("com.sun.jna."));
        return ofJna
                ? "nothing can be run from "
                        + System.getProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"))
                        + ", or it is full. Name another folder, as in JAVA_TOOL_OPTIONS=-Djna.tmpdir=/var/tmp"
                : "Testcontainers does not fit what else is on the class path (" + e
                        + "). Let all of org.testcontainers, com.github.docker-java and net.java.dev.jna be of the versions that go together"
                        + " (mvn dependency:tree shows them)";
    }

    /** Asked before the class that needs it is loaded. */
    public static boolean hasLibrary() {
        return DockerProvider.class.getResource("/org/testcontainers/dockerclient/DockerClientProviderStrategy.class")
                != null;
    }

    /** Makes the image of a request present and says its id. */
    public static String imageId(DatabaseRequest request, Progress progress) {
        return engine().images().id(image(request), progress);
    }

    private static String image(DatabaseRequest request) {
        return request.image() == null ? officialImage(request.version()) : request.image();
    }

    public static String officialImage(int version) {
        return "postgres:" + version;
    }
}
