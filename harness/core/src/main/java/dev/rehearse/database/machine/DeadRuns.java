package dev.rehearse.database.machine;

import dev.rehearse.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Folders of runs whose owner has died, and the servers that still run in them. */
public final class DeadRuns {

    /** As {@link Run#register} calls it. */
    private static final Pattern DRAFT = Pattern.compile("\\.\\d{8}-\\d{6}-(\\d{1,18})-\\d+");

    /** Another machine's process, which we cannot see, has long said by then whose it is. */
    private static final long LONGEST_DRAFT_MILLIS = 2_000;

    private DeadRuns() {}

    /** What {@link #remove} would remove of this machine. */
    public static List<String> list(RehearseHome home) {
        return deadRuns(home).stream().map(DeadRuns::describe).toList();
    }

    /**
     * Removes them and says, in words, what that was.
     *
     * @param containers removes what dead runs have in the engine; asked before the folders go, and only where a run had some
     */
    public static List<String> remove(RehearseHome home, Supplier<List<String>> containers) {
        List<String> removed = new ArrayList<>();
        List<Path> dead = deadRuns(home);
        if (dead.stream().anyMatch(run -> kindOf(run).equals("docker"))) {
            removed.addAll(containers.get());
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
                    .filter(run -> Owner.isAbandoned(ownerOf(run), run) || isDraftOfNobody(run))
                    .toList();
        } catch (IOException e) {
            throw new EnvironmentException("Cannot list " + home.runs() + ": " + e.getMessage(), e);
        }
    }

    /** Whether a process began to register a run and died before it said whose that is; its name has the process' number. */
    private static boolean isDraftOfNobody(Path run) {
        Matcher draft = DRAFT.matcher(run.getFileName().toString());
        return draft.matches()
                && ownerOf(run).isEmpty()
                && ProcessHandle.of(Long.parseLong(draft.group(1))).isEmpty()
                && run.toFile().lastModified() < System.currentTimeMillis() - LONGEST_DRAFT_MILLIS;
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
