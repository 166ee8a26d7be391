package dev.rehearse.database.choice;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.database.DatabaseProvider;
import dev.rehearse.database.DatabaseRequest;
import dev.rehearse.database.DatabaseUrl;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.container.DockerProvider;
import dev.rehearse.database.embedded.EmbeddedProvider;
import dev.rehearse.database.external.ExternalProvider;
import dev.rehearse.database.external.OnServerProvider;
import dev.rehearse.database.machine.RehearseHome;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The ways to get a database. */
public final class DatabaseProviders {

    private static final List<String> NAMES = List.of("auto", "docker", "embedded");

    private DatabaseProviders() {}

    /**
     * A provider and why it was taken.
     *
     * @param reason for people: "a container engine answers: engine 27.3 at unix:///var/run/docker.sock"
     */
    public record Chosen(DatabaseProvider provider, String reason) {}

    /**
     * Begins, in a daemon thread, what {@link #of} and the provider that it gives will need: looking for a container engine costs
     * a fresh JVM about half a second, and that is as well spent while a plan is read. Whoever needs the engine before it is found
     * waits for it; that there is none is said to them, not here.
     *
     * @param choice as {@link #of} takes it; a choice that needs no engine, or is wrong, begins nothing
     */
    public static void prepare(String choice) {
        if (!choice.equals("auto") && !choice.equals("docker")) {
            return;
        }
        Thread search = new Thread(DatabaseProviders::findEngine, "rehearse-engine-search");
        search.setDaemon(true);
        search.start();
    }

    private static void findEngine() {
        try {
            DockerProvider.engine();
        } catch (EnvironmentException none) {
            // Whoever needs one will be told.
        }
    }

    /** PostgreSQL in a container, through Testcontainers if that is on the class path. */
    public static DatabaseProvider docker() {
        return new DockerProvider(RehearseHome.current());
    }

    /** PostgreSQL as a child process of ours. */
    public static DatabaseProvider embedded() {
        return new EmbeddedProvider(RehearseHome.current());
    }

    /**
     * A database that somebody else started and marked as disposable.
     *
     * @param url as {@link DatabaseUrl} has it; user and password in it, or in PGUSER and PGPASSWORD
     * @throws InvalidRehearsalException if it is no such URL
     */
    public static DatabaseProvider external(String url) {
        return ExternalProvider.at(url);
    }

    /**
     * The same for work that goes to the server straight and not through a rehearsal's proxy, so that {@code sslmode=require} can be kept.
     *
     * @param companions what the sessions of several processes that work at this one task are called, which do not count as somebody else's; null:
     *     there is one
     * @param superuser why the user must be a superuser, and what to do, as sentences; null where the owner of the database and its tables will do
     * @throws InvalidRehearsalException if it is no such URL
     */
    public static DatabaseProvider external(String url, @Nullable String companions, @Nullable String superuser) {
        return ExternalProvider.straight(url, companions, superuser);
    }

    /**
     * A database of its own on a server that the caller runs for its tests, such as a container: made for each rehearsal and dropped after it.
     *
     * @param jdbcUrl of a database of the server; its parameters are not used
     * @param user a superuser
     * @param place for people: "the test's own container (postgres:18)"
     * @throws InvalidRehearsalException if it is no such URL
     */
    public static DatabaseProvider onServer(String jdbcUrl, String user, String password, String place) {
        return new OnServerProvider(ExternalProvider.server(jdbcUrl.replaceFirst("\\?.*", ""), user, password), place);
    }

    /**
     * A container where an engine answers, the embedded server where none does; and the embedded server, too, where the engine
     * has no image of PostgreSQL and cannot get one, unless the plan names the image.
     */
    public static Chosen auto() {
        try {
            return new Chosen(
                    new ContainerIfPossible(RehearseHome.current()),
                    "a container engine answers: " + DockerProvider.engine().describe());
        } catch (EnvironmentException e) {
            String reason = DockerProvider.hasLibrary()
                    ? e.getCause() instanceof LinkageError
                            ? String.valueOf(e.getMessage()).replaceFirst("\\. .*", "")
                            : "no container engine answers"
                    : "org.testcontainers:testcontainers-postgresql is not on the class path";
            return new Chosen(embedded(), reason + ", so the embedded server is used");
        }
    }

    private record ContainerIfPossible(RehearseHome home) implements DatabaseProvider {

        @Override
        public String name() {
            return "auto";
        }

        @Override
        public TestDatabase start(DatabaseRequest request, Progress progress) {
            try {
                DockerProvider.imageId(request, progress);
            } catch (EnvironmentException e) {
                if (request.image() != null) {
                    // Who names an image needs what is in it.
                    throw e;
                }
                progress.report("use the embedded server, because the image cannot be had", 0, -1);
                return new EmbeddedProvider(home).start(request, progress);
            }
            return new DockerProvider(home).start(request, progress);
        }
    }

    /**
     * What a user named.
     *
     * @param choice auto, docker, embedded or a URL
     * @throws InvalidRehearsalException if it is none of these, with the nearest that is
     */
    public static Chosen of(String choice) {
        return switch (choice) {
            case "auto" -> auto();
            case "docker" -> new Chosen(docker(), "named");
            case "embedded" -> new Chosen(embedded(), "named");
            default -> {
                if (DatabaseUrl.isMeant(choice)) {
                    yield new Chosen(external(choice), "named");
                }
                throw unknown(choice);
            }
        };
    }

    private static InvalidRehearsalException unknown(String choice) {
        if (choice.contains("://")) {
            return DatabaseUrl.wrong(choice);
        }
        String nearest = NAMES.stream()
                .min(Comparator.comparingInt(name -> distance(choice.toLowerCase(Locale.ROOT), name)))
                .orElseThrow();
        String hint =
                distance(choice.toLowerCase(Locale.ROOT), nearest) <= 3 ? " Did you mean \"" + nearest + "\"?" : "";
        return new InvalidRehearsalException("There is no database \"" + choice + "\"." + hint
                + " Expected auto, docker, embedded or a URL such as postgresql://me@localhost:5432/rehearsal.");
    }

    /** Edit distance: insertions, deletions and replacements. */
    private static int distance(String one, String other) {
        int[] costs = new int[other.length() + 1];
        for (int column = 0; column <= other.length(); column++) {
            costs[column] = column;
        }
        for (int row = 1; row <= one.length(); row++) {
            int diagonal = costs[0];
            costs[0] = row;
            for (int column = 1; column <= other.length(); column++) {
                int replaced = diagonal + (one.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1);
                diagonal = costs[column];
                costs[column] = Math.min(replaced, 1 + Math.min(costs[column], costs[column - 1]));
            }
        }
        return costs[other.length()];
    }
}
