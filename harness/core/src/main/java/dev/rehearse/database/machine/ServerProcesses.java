package dev.rehearse.database.machine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds and ends the server processes of a data directory, and no others. */
public final class ServerProcesses {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private ServerProcesses() {}

    /** The process number that a data directory's own lock file names; it may be dead. */
    public static Optional<Long> postmasterOf(Path dataDirectory) {
        return lockFile(dataDirectory).stream()
                .findFirst()
                .filter(line -> line.strip().matches("\\d{1,18}"))
                .map(line -> Long.parseLong(line.strip()));
    }

    private static List<String> lockFile(Path dataDirectory) {
        try {
            return Files.readAllLines(dataDirectory.resolve("postmaster.pid"));
        } catch (IOException none) {
            return List.of();
        }
    }

    /** Every live process of the data directory: found by what it works in, or by the postmaster's command line. */
    public static List<ProcessHandle> of(Path dataDirectory) {
        List<ProcessHandle> found = new ArrayList<>();
        String name = realPath(dataDirectory);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    // Every server process works in the data directory. It stays the link's target after a deletion,
                    // with a suffix.
                    String workingDirectory =
                            Files.readSymbolicLink(process.resolve("cwd")).toString();
                    if (workingDirectory.equals(name) || workingDirectory.equals(name + " (deleted)")) {
                        ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                                .ifPresent(found::add);
                    }
                } catch (IOException | SecurityException notOurs) {
                    // Another user's, or just ended.
                }
            }
        } catch (IOException notLinux) {
            // The command line has to do.
        }
        postmasterOf(dataDirectory)
                .flatMap(ProcessHandle::of)
                .filter(process -> process.info().commandLine().orElse("").contains(dataDirectory.toString()))
                .filter(process -> !found.contains(process))
                .ifPresent(found::add);
        return found;
    }

    /** As the kernel sees it, which resolves links; the parent still has a real path where the directory itself is gone. */
    private static String realPath(Path dataDirectory) {
        Path parent = dataDirectory.toAbsolutePath().getParent();
        try {
            return parent == null
                    ? dataDirectory.toString()
                    : parent.toRealPath().resolve(dataDirectory.getFileName()).toString();
        } catch (IOException gone) {
            return dataDirectory.toString();
        }
    }

    /** Ends all that run in the data directory: the postmaster asks its children first, then nobody is asked. */
    public static void endAll(Path dataDirectory) {
        List<String> lock = lockFile(dataDirectory);
        List<ProcessHandle> processes = of(dataDirectory);
        if (!processes.isEmpty()) {
            Optional<Long> postmaster = postmasterOf(dataDirectory);
            processes.stream()
                    .map(ProcessHandle::pid)
                    .filter(pid -> postmaster.isPresent() && postmaster.get().equals(pid))
                    .forEach(pid -> Processes.signal(pid, "QUIT"));
            awaitEnd(processes, Duration.ofSeconds(6));
            List<ProcessHandle> stubborn = of(dataDirectory);
            stubborn.forEach(ProcessHandle::destroyForcibly);
            awaitEnd(stubborn, DEADLINE);
        }
        removeSharedMemory(lock);
    }

    private static void awaitEnd(List<ProcessHandle> processes, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (processes.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /**
     * A postmaster that was killed leaves a System V segment of a few bytes, whose key and id are the seventh line of its lock file.
     * It is removed only if the kernel's list says that this postmaster made it and nobody is attached.
     */
    private static void removeSharedMemory(List<String> lock) {
        if (lock.size() < 7) {
            return;
        }
        String[] keyAndId = lock.get(6).strip().split("\\s+");
        try {
            boolean abandoned = keyAndId.length == 2
                    && Files.readAllLines(Path.of("/proc/sysvipc/shm")).stream()
                            .map(line -> line.strip().split("\\s+"))
                            .anyMatch(segment -> segment.length > 6
                                    && segment[0].equals(Integer.toString((int) Long.parseLong(keyAndId[0])))
                                    && segment[1].equals(keyAndId[1])
                                    && segment[4].equals(lock.get(0).strip())
                                    && segment[6].equals("0"));
            if (abandoned) {
                Processes.runAlways(DEADLINE, List.of("ipcrm", "-m", keyAndId[1]), "");
            }
        } catch (IOException | NumberFormatException notLinux) {
            // A few bytes stay until the machine restarts.
        }
    }
}
