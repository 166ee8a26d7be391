package dev.rehearse.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one process of {@code rehearse} has on this machine, whether it still runs or not: the processes that work in its folders,
 * the folders, and what the container engine keeps for it. Kept templates are nobody's.
 */
record Belongings(
        List<String> processes,
        List<String> directories,
        List<String> containers,
        List<String> volumes,
        List<String> networks) {

    private static final String LABEL = "dev.rehearse.run";

    /** Counted afresh from the kernel, the file system and the engine, if one answers. */
    static Belongings of(RehearseProcess owner, Path home, boolean askEngine) {
        // A run's id holds its process number: 20261122-101500-4711-1.
        String mark = "-" + owner.pid() + "-";
        return new Belongings(
                processes(home.resolve("runs"), mark),
                directories(home.resolve("runs"), mark),
                askEngine ? engine(mark, "{{.ID}}", "ps", "--all") : List.of(),
                askEngine ? engine(mark, "{{.Name}}", "volume", "ls") : List.of(),
                askEngine ? engine(mark, "{{.Name}}", "network", "ls") : List.of());
    }

    boolean isEmpty() {
        return Stream.of(processes, directories, containers, volumes, networks).allMatch(List::isEmpty);
    }

    /** Kills the database as it is now: the container, or the embedded server's first process. False where there is none yet. */
    boolean killDatabase() {
        for (String container : containers) {
            if (Commands.succeeds("docker", "kill", container.split(" ")[0])) {
                return true;
            }
        }
        for (String directory : directories) {
            try {
                String postmaster = Files.readAllLines(Path.of(directory, "primary", "postmaster.pid"))
                        .get(0);
                if (Commands.succeeds("kill", "-KILL", postmaster.strip())) {
                    return true;
                }
            } catch (IOException | IndexOutOfBoundsException notYet) {
                // It is about to write it.
            }
        }
        return false;
    }

    /** A server's processes work in its data directory; helpers that prepare one name it on their command line. */
    private static List<String> processes(Path runs, String mark) {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String commandLine = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                            .replace('\0', ' ');
                    String workingDirectory =
                            Files.readSymbolicLink(process.resolve("cwd")).toString();
                    if (belongs(workingDirectory, runs, mark) || belongs(commandLine, runs, mark)) {
                        found.add(process.getFileName() + " " + commandLine.strip());
                    }
                } catch (IOException ended) {
                    // It belongs to nobody any more.
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static boolean belongs(String text, Path runs, String mark) {
        int start = text.indexOf(runs.toString());
        return start >= 0 && text.indexOf(mark, start) >= 0;
    }

    private static List<String> directories(Path runs, String mark) {
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(runs)) {
            return entries.map(Path::toString)
                    .filter(name -> name.contains(mark))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> engine(String mark, String name, String... list) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(list));
        command.addAll(List.of(
                "--filter",
                "label=" + LABEL,
                "--format",
                name + " {{.Label \"" + LABEL + "\"}} template={{.Label \"dev.rehearse.template\"}}"));
        return Commands.run(command.toArray(String[]::new))
                .lines()
                .filter(line -> line.contains(mark) && line.endsWith("template="))
                .toList();
    }
}
