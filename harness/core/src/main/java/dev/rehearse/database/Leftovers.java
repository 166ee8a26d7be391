package dev.rehearse.database;

import dev.rehearse.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What runs left that could not clean up after themselves: {@code kill -9}, a crash, a power cut. A live run's belongings are never
 * touched; those of another machine or container, whose owner we cannot see, only after a day.
 */
public final class Leftovers {

    private static final Duration BENEFIT_OF_DOUBT = Duration.ofHours(24);

    private Leftovers() {}

    /** Removes what dead runs left and says, in words, what that was. */
    public static List<String> removeDead() {
        return removeDead(RehearseHome.current());
    }

    /** What {@link #removeDead} would remove. */
    public static List<String> list() {
        RehearseHome home = RehearseHome.current();
        List<String> found = inEngine(home, false);
        for (Path run : deadRuns(home)) {
            found.add(describe(run));
        }
        return found;
    }

    static List<String> removeDead(RehearseHome home) {
        List<String> removed = new ArrayList<>();
        List<Path> dead = deadRuns(home);
        if (dead.stream().anyMatch(run -> kindOf(run).equals("docker"))) {
            removed.addAll(inEngine(home, true));
        }
        for (Path run : dead) {
            String description = describe(run);
            for (Path dataDirectory : dataDirectories(run)) {
                ServerProcesses.endAll(dataDirectory);
            }
            if (Run.delete(run)) {
                removed.add(description);
            }
        }
        return removed;
    }

    private static List<Path> deadRuns(RehearseHome home) {
        try (Stream<Path> runs = Files.list(home.runs())) {
            return runs.filter(Files::isDirectory)
                    .filter(run -> isAbandoned(ownerOf(run), run))
                    .toList();
        } catch (IOException e) {
            throw new EnvironmentException("Cannot list " + home.runs() + ": " + e.getMessage(), e);
        }
    }

    private static List<String> inEngine(RehearseHome home, boolean remove) {
        try {
            ContainerEngine engine = DockerProvider.engine();
            return new ArrayList<>(
                    remove ? ContainerLeftovers.removeDead(engine, home) : ContainerLeftovers.list(engine, home));
        } catch (EnvironmentException noEngine) {
            // Labels on everything tell the next run that has an engine.
            return new ArrayList<>();
        }
    }

    private static Optional<Owner> ownerOf(Path run) {
        return Owner.parse(lineOf(run, 0));
    }

    private static String kindOf(Path run) {
        return lineOf(run, 1);
    }

    private static String lineOf(Path run, int number) {
        try {
            return Files.readString(run.resolve(Run.OWNER_FILE))
                    .lines()
                    .skip(number)
                    .findFirst()
                    .orElse("");
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** Whether nobody can need it any more. */
    static boolean isAbandoned(Optional<Owner> owner, Path sign) {
        Owner.State state = owner.map(Owner::state).orElse(Owner.State.ELSEWHERE);
        return switch (state) {
            case ALIVE -> false;
            case DEAD -> true;
            case ELSEWHERE -> {
                try {
                    yield Files.getLastModifiedTime(sign)
                            .toInstant()
                            .isBefore(Instant.now().minus(BENEFIT_OF_DOUBT));
                } catch (IOException gone) {
                    yield false;
                }
            }
        };
    }

    private static List<Path> dataDirectories(Path run) {
        try (Stream<Path> children = Files.list(run)) {
            return children.filter(Files::isDirectory).toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static String describe(Path run) {
        long servers = dataDirectories(run).stream()
                .filter(directory -> !ServerProcesses.of(directory).isEmpty())
                .count();
        return "run " + run.getFileName() + " (its process "
                + ownerOf(run).map(owner -> Long.toString(owner.pid())).orElse("unknown") + " is gone): "
                + servers + (servers == 1 ? " server, " : " servers, ") + run;
    }
}
