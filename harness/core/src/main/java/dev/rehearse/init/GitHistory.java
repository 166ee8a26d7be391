package dev.rehearse.init;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.report.FileTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The project's folder as git has it; nothing in the repository is changed. */
final class GitHistory {

    private static final int DEADLINE_SECONDS = 60;
    private static final int LOOKED_AT = 20;

    private final Path folder;

    GitHistory(Path folder) {
        this.folder = folder;
    }

    /** The commit that a branch, tag or hash names; empty where it names none, or the folder is in no repository. */
    Optional<String> commit(String ref) {
        if (ref.startsWith("-") || !isThere()) {
            return Optional.empty();
        }
        return run(List.of("rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}"));
    }

    /** Whether it ends before the project's beginning, as in a clone that was made with a depth. */
    boolean isShallow() {
        return run(List.of("rev-parse", "--is-shallow-repository"))
                .filter("true"::equals)
                .isPresent();
    }

    /**
     * The latest commits that touched some of these files, the newest first, along the branch itself; a merge is one of them.
     *
     * @param files relative to the folder
     * @param added only those that added one
     */
    List<String> touching(List<Path> files, boolean added) {
        if (files.isEmpty()) {
            return List.of();
        }
        List<String> arguments = new ArrayList<>(List.of("--literal-pathspecs", "log", "--first-parent", "-m", "-s"));
        arguments.addAll(
                List.of("--format=%H", "--max-count=" + LOOKED_AT, "--diff-filter=" + (added ? "A" : "AM"), "--"));
        files.forEach(file -> arguments.add(file.toString()));
        return run(arguments).stream().flatMap(String::lines).toList();
    }

    private static boolean isThere() {
        String path = System.getenv("PATH");
        return path != null
                && Stream.of(path.split(java.io.File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "git")));
    }

    /** The folder's files as they were at a commit, in a folder that is made for them; an empty one where there were none. */
    void copy(String commit, Path into) {
        Path archive = into.resolve(".archive.tar");
        Optional<String> prefix = run(List.of("rev-parse", "--show-prefix"));
        if (prefix.isEmpty()) {
            throw new InvalidRehearsalException("The folder " + folder + " is in no git repository.");
        }
        String tree = commit + ":" + prefix.get();
        if (run(List.of("rev-parse", "--verify", "--quiet", "--end-of-options", tree))
                .isEmpty()) {
            return;
        }
        // Called in a folder it takes that folder alone, with paths that are relative to it.
        run(List.of("archive", "--format=tar", "--output=" + archive, commit))
                .orElseThrow(
                        () -> new EnvironmentException("git could not make an archive of " + tree + " in " + folder));
        runProgram(List.of("tar", "-xf", archive.toString(), "-C", into.toString()), into)
                .orElseThrow(() -> new EnvironmentException("tar could not open the archive that git made of " + tree));
        try {
            Files.delete(archive);
        } catch (IOException e) {
            throw new EnvironmentException("Cannot remove " + archive + ": " + FileTrouble.of(e) + ".", e);
        }
    }

    private Optional<String> run(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(arguments);
        return runProgram(command, folder);
    }

    /** What it printed, without the last line's end; empty where it failed. */
    private static Optional<String> runProgram(List<String> command, Path in) {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(in.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new EnvironmentException(
                    "There is no " + command.get(0) + " on the PATH, which a git ref as --from needs.", e);
        }
        try (var output = process.getInputStream()) {
            process.getOutputStream().close();
            String printed = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new EnvironmentException(
                        "Gave up after " + DEADLINE_SECONDS + " s: " + String.join(" ", command));
            }
            return process.exitValue() == 0 ? Optional.of(printed) : Optional.empty();
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot read what " + command.get(0) + " prints: " + FileTrouble.of(e) + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnvironmentException("Interrupted while waiting for " + command.get(0) + ".", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
