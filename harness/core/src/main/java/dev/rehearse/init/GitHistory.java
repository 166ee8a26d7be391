package dev.rehearse.init;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.init.CommittedFiles.NotCloned;
import dev.rehearse.report.FileTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The project's folder as git has it; nothing in the repository is changed. */
final class GitHistory {

    private static final int DEADLINE_SECONDS = 60;
    private static final int LOOKED_AT = 20;

    /** How git begins what it has of a submodule: which commit. */
    private static final String SUBMODULE = "160000 ";

    /** What no migration is made of, and a clone may be without: large, or kept elsewhere. */
    private static final List<String> NO_MIGRATION = List.of(
            "png", "jpg", "jpeg", "gif", "webp", "ico", "svg", "pdf", "mp3", "mp4", "mov", "webm", "avi", "ttf", "otf",
            "woff", "woff2", "eot", "zip", "gz", "tgz", "bz2", "xz", "7z", "jar", "war", "exe", "dll", "so", "wasm",
            "parquet");

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
     * The latest commits that touched some of these files, the newest first, along the branch itself; a merge is one of them, and so is one
     * that took another commit of the submodule that a file is in.
     *
     * @param files relative to the folder
     * @param added only those that added one
     */
    List<String> touching(List<Path> files, boolean added) {
        if (files.isEmpty()) {
            return List.of();
        }
        List<Path> submodules =
                submodules(folder).stream().map(folder::relativize).toList();
        List<Path> paths = files.stream()
                .map(file ->
                        submodules.stream().filter(file::startsWith).findFirst().orElse(file))
                .distinct()
                .toList();
        List<String> arguments = new ArrayList<>(List.of("--literal-pathspecs", "log", "--first-parent", "-m", "-s"));
        arguments.addAll(List.of(
                "--format=%H",
                "--max-count=" + LOOKED_AT, "--diff-filter=" + (added && files.containsAll(paths) ? "A" : "AM"), "--"));
        paths.forEach(path -> arguments.add(path.toString()));
        return run(arguments).stream().flatMap(String::lines).toList();
    }

    /** The folder of the repository, without symbolic links. */
    Path root() {
        return Path.of(run(List.of("rev-parse", "--show-toplevel")).orElseThrow(this::isInNone));
    }

    private InvalidRehearsalException isInNone() {
        return new InvalidRehearsalException("The folder " + folder + " is in no git repository.");
    }

    /** The submodules below a folder. */
    private List<Path> submodules(Path top) {
        return run(List.of("-C", top.toString(), "ls-files", "--stage", "-z")).stream()
                .flatMap(printed -> Stream.of(printed.split("\0")))
                .filter(entry -> entry.startsWith(SUBMODULE))
                .map(entry -> top.resolve(entry.substring(entry.indexOf('\t') + 1)))
                .toList();
    }

    private static boolean isRepository(Path folder) {
        return Files.exists(folder.resolve(".git"));
    }

    /**
     * The files of a commit by their paths from the repository's folder, with what stands for their content; those of submodules that are there
     * as well, or where a submodule's clone lacks its commit, the submodule with a slash at its end. Texts, as those of files that have nothing
     * to do with migrations may be none of this machine's.
     */
    Map<String, String> files(String commit) {
        Map<String, String> files = new HashMap<>();
        addFiles(root(), "", commit, files);
        return files;
    }

    /** Whether the repository has the commit. */
    private boolean addFiles(Path repository, String prefix, String commit, Map<String, String> files) {
        Optional<String> all = run(List.of("-C", repository.toString(), "ls-tree", "-r", "-z", "--full-tree", commit));
        all.stream()
                .flatMap(printed -> Stream.of(printed.split("\0")))
                .filter(entry -> !entry.isEmpty())
                .forEach(entry -> {
                    int tab = entry.indexOf('\t');
                    String path = entry.substring(tab + 1);
                    String content = entry.substring(entry.lastIndexOf(' ', tab) + 1, tab);
                    if (!entry.startsWith(SUBMODULE) || !isRepository(repository.resolve(path))) {
                        files.put(prefix + path, content);
                    } else if (!addFiles(repository.resolve(path), prefix + path + "/", content, files)) {
                        files.put(prefix + path + "/", content);
                    }
                });
        return all.isPresent();
    }

    /**
     * Those of some files that git is to leave alone, as it is what a package manager puts into the project.
     *
     * @param files paths from the repository's folder
     */
    Set<String> ignored(Collection<String> files) {
        Path root = root();
        List<Path> submodules = submodules(root);
        List<String> own = files.stream()
                .filter(file -> submodules.stream().noneMatch(root.resolve(file)::startsWith))
                .toList();
        if (own.isEmpty()) {
            return Set.of();
        }
        List<String> arguments =
                new ArrayList<>(List.of("-C", root.toString(), "-c", "core.quotePath=false", "check-ignore", "--"));
        arguments.addAll(own);
        return run(arguments).stream().flatMap(String::lines).collect(Collectors.toSet());
    }

    private static boolean isThere() {
        String path = System.getenv("PATH");
        return path != null
                && Stream.of(path.split(java.io.File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "git")));
    }

    /**
     * The folder as it was at a commit, where it was there, but for what no migration is made of.
     *
     * @param files relative to the folder; the submodules that they are in are copied as well
     * @param into an empty folder
     * @throws NotCloned if the clone of one of these submodules lacks what it was
     */
    void copy(String commit, List<Path> files, Path into) {
        String prefix = run(List.of("rev-parse", "--show-prefix")).orElseThrow(this::isInNone);
        if (run(List.of("rev-parse", "--verify", "--quiet", "--end-of-options", commit + ":" + prefix))
                .isEmpty()) {
            return;
        }
        archive(folder, commit, into);
        submodules(folder).stream()
                .filter(submodule -> isRepository(submodule)
                        && files.stream().anyMatch(file -> folder.resolve(file).startsWith(submodule)))
                .forEach(submodule -> {
                    Path path = folder.relativize(submodule);
                    Optional<String> then =
                            run(List.of("rev-parse", "--verify", "--quiet", commit + ":" + prefix + path));
                    if (then.isPresent()) {
                        if (run(List.of("-C", submodule.toString(), "cat-file", "-e", then.get()))
                                .isEmpty()) {
                            throw new NotCloned(prefix + path);
                        }
                        archive(submodule, then.get(), into.resolve(path));
                    }
                });
    }

    private static void archive(Path folder, String commit, Path into) {
        Path archive = into.resolve(".archive.tar");
        // Called in a folder it takes that folder alone, with paths that are relative to it.
        List<String> arguments =
                new ArrayList<>(List.of("git", "archive", "--format=tar", "--output=" + archive, commit, "--", "."));
        NO_MIGRATION.forEach(suffix -> arguments.add(":(exclude,glob,icase)**/*." + suffix));
        insist(arguments, folder, "git cannot read what was in " + folder + " at commit " + commit);
        insist(
                List.of("tar", "-xf", archive.toString(), "-C", into.toString()),
                into,
                "tar cannot open the archive that git made of " + folder + " at commit " + commit);
        try {
            Files.delete(archive);
        } catch (IOException e) {
            throw new EnvironmentException("Cannot remove " + archive + ": " + FileTrouble.of(e) + ".", e);
        }
    }

    /** What git printed, without the last line's end; empty where it failed. */
    private Optional<String> run(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(arguments);
        Ended ended = runProgram(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD), folder);
        return ended.status() == 0 ? Optional.of(ended.printed()) : Optional.empty();
    }

    private static void insist(List<String> command, Path in, String trouble) {
        Ended ended = runProgram(new ProcessBuilder(command).redirectErrorStream(true), in);
        if (ended.status() != 0) {
            throw new EnvironmentException(trouble + ": " + ended.printed());
        }
    }

    private record Ended(int status, String printed) {}

    private static Ended runProgram(ProcessBuilder builder, Path in) {
        List<String> command = builder.command();
        Process process;
        try {
            process = builder.directory(in.toFile()).start();
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
            return new Ended(process.exitValue(), printed);
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
