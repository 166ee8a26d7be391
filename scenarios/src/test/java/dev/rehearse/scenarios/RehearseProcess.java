package dev.rehearse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.recording.Phase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The command line as a person runs it: a process of its own that leads a process group, as under a shell with job control, so
 * that Ctrl-C reaches all that a terminal would send it to. Closing it kills it if it still runs. For one thread.
 */
final class RehearseProcess implements AutoCloseable {

    static final Path JAR =
            Path.of("../harness/cli/target/rehearse.jar").toAbsolutePath().normalize();
    private static final Duration KILL_DEADLINE = Duration.ofSeconds(60);

    private final String command;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final List<Thread> readers;

    private RehearseProcess(String command, Process process) {
        this.command = command;
        this.process = process;
        this.readers = List.of(collector(process.inputReader()), collector(process.errorReader()));
    }

    /** Starts {@code rehearse} with no further options of its JVM. */
    static RehearseProcess start(Path home, Path temporary, String... arguments) {
        return start(List.of(), home, temporary, arguments);
    }

    /**
     * Starts {@code rehearse}.
     *
     * @param jvmOptions further ones
     * @param home what {@code REHEARSE_HOME} names
     * @param temporary where its JVM puts temporary files
     */
    static RehearseProcess start(List<String> jvmOptions, Path home, Path temporary, String... arguments) {
        assertThat(JAR).as("the command line, packaged by harness/cli").isRegularFile();
        List<String> command = new ArrayList<>(List.of(
                // A JVM that is started while SIGINT is ignored, as in the background jobs of scripts, ignores it for
                // good.
                "setsid",
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + temporary));
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("REHEARSE_HOME", home.toString());
        // The JVM would announce them on the console that is looked at.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new RehearseProcess("rehearse " + String.join(" ", arguments), process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Thread collector(BufferedReader stream) {
        Thread thread = new Thread(
                () -> {
                    try (stream) {
                        for (String line = stream.readLine(); line != null; line = stream.readLine()) {
                            synchronized (lines) {
                                lines.add(line);
                                lines.notifyAll();
                            }
                        }
                    } catch (IOException killed) {
                        // What it said until then is there.
                    }
                },
                "console of " + process.pid());
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    long pid() {
        return process.pid();
    }

    /** What it printed so far on both streams. */
    List<String> console() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Fails if the console has a stack trace, or confesses a bug. */
    void assertNoBug() {
        assertThat(console())
                .as("%s", this)
                .noneMatch(line -> line.matches("\\s+at [\\w.$/]+\\(.*\\)"))
                .noneMatch(line -> line.contains("Exception in thread") || line.contains("a bug in Rehearse"));
    }

    /** Returns once it has said that a phase begins. */
    void awaitPhase(Phase phase, Duration limit) {
        await("reach " + phase, line -> announces(line, phase), limit);
    }

    /** Whether it has said so far that a phase begins. */
    boolean announced(Phase phase) {
        return console().stream().anyMatch(line -> announces(line, phase));
    }

    /** The first such line, once it was printed. */
    String awaitLine(Predicate<String> which, Duration limit) {
        return await("print the line that was waited for", which, limit);
    }

    private String await(String what, Predicate<String> which, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (lines) {
            while (true) {
                Optional<String> found = lines.stream().filter(which).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0 || !process.isAlive()) {
                    throw new AssertionError("Did not " + what + " within " + limit.toSeconds() + " s.\n" + this);
                }
                try {
                    lines.wait(Math.min(leftMillis, 100));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("Interrupted while waiting for it to " + what, e);
                }
            }
        }
    }

    private static boolean announces(String line, Phase phase) {
        return line.contains(phase + "  ") && line.endsWith(phase.purpose());
    }

    void signal(String name) {
        Commands.run("kill", "-" + name, Long.toString(pid()));
    }

    /** Sends a signal as a terminal does: to the whole process group. */
    void signalGroup(String name) {
        Commands.run("kill", "-" + name, "--", "-" + pid());
    }

    /** Its exit code, once it has ended and all it printed was read. */
    int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(command + " still runs after " + limit.toSeconds() + " s.\n" + this + "\n\n"
                        + Commands.run("jstack", Long.toString(pid())));
            }
            for (Thread reader : readers) {
                reader.join(limit.toMillis());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for " + command, e);
        }
    }

    /** Kills it with kill -9, if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
        awaitExit(KILL_DEADLINE);
    }

    /** For failures: the command, how it ended, what it printed. */
    @Override
    public String toString() {
        return command + (process.isAlive() ? " still runs" : " ended with " + process.exitValue()) + " and printed:\n"
                + String.join("\n", console());
    }
}
