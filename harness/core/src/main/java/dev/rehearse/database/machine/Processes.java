package dev.rehearse.database.machine;

import dev.rehearse.EnvironmentException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Short-lived helper programs: run to their end under a deadline, and ended when we are. Thread-safe. */
public final class Processes {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
    private static volatile boolean ending;

    private Processes() {}

    /** How a program ended, and what it printed on both streams. */
    public record Result(int exitCode, String output) {
        public boolean succeeded() {
            return exitCode == 0;
        }
    }

    public static Result run(Duration deadline, List<String> command) {
        return run(deadline, command, "");
    }

    public static Result run(Duration deadline, List<String> command, String input) {
        if (ending) {
            throw new EnvironmentException("The process is ending.");
        }
        return runAlways(deadline, command, input);
    }

    /** For clean-up: works while the process ends, too. */
    static Result runAlways(Duration deadline, List<String> command, String input) {
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            cleanEnvironment(builder);
            process = builder.start();
        } catch (IOException e) {
            return new Result(127, String.valueOf(e.getMessage()));
        }
        RUNNING.add(process);
        try {
            CompletableFuture<String> output =
                    CompletableFuture.supplyAsync(() -> read(process.getInputStream()), task -> {
                        Thread reader = new Thread(task, "rehearse-output-of-" + command.get(0));
                        reader.setDaemon(true);
                        reader.start();
                    });
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException itHasEnded) {
                // Its exit code tells.
            }
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new EnvironmentException(
                        "Gave up after " + deadline.toSeconds() + " s waiting for: " + String.join(" ", command));
            }
            return new Result(process.exitValue(), output.get(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnvironmentException("Interrupted while waiting for: " + String.join(" ", command), e);
        } catch (ExecutionException | TimeoutException e) {
            throw new EnvironmentException("Cannot read the output of: " + String.join(" ", command), e);
        } finally {
            end(process);
            RUNNING.remove(process);
        }
    }

    /** Ends every helper program that still runs; no other begins. */
    static void endAll() {
        ending = true;
        RUNNING.forEach(Processes::end);
    }

    private static void end(Process process) {
        if (process.isAlive()) {
            // A shell before its children, or it would go on with its next command.
            List<ProcessHandle> children = process.descendants().toList();
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** No PGDATA or PGOPTIONS of the caller's shell, and messages in English. */
    public static void cleanEnvironment(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
    }

    /** Sends a signal by its POSIX name; false where there is no such process any more. */
    public static boolean signal(long pid, String signal) {
        // The shell's own kill: the program of that name is missing in slim container images.
        return runAlways(Duration.ofSeconds(10), List.of("sh", "-c", "kill -s " + signal + " -- " + pid), "")
                .succeeded();
    }

    public static Optional<Path> onPath(String program) {
        String path = System.getenv("PATH");
        if (path == null) {
            return Optional.empty();
        }
        for (String directory : path.split(File.pathSeparator)) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, program);
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
