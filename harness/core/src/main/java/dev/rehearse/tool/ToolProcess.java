package dev.rehearse.tool;

import dev.rehearse.EnvironmentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A command of a tool in a session of its own, so that it is ended with all its children: by its deadline, by an interrupt of the thread that
 * waits for it, and at the end of this process. Thread-safe; each has one thread that reads what it prints.
 */
final class ToolProcess {

    /** More than anybody reads of a failed command. */
    private static final int TAIL_BYTES = 64 * 1024;

    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final long LOOK_EVERY_MILLIS = 20;
    private static final Set<ToolProcess> RUNNING = ConcurrentHashMap.newKeySet();
    private static volatile boolean ending;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ToolProcess::endAll, "rehearse-end-of-tools"));
    }

    private final Process process;
    private final boolean leadsGroup;
    private final Tail tail;

    private ToolProcess(Process process, boolean leadsGroup) {
        this.process = process;
        this.leadsGroup = leadsGroup;
        this.tail = new Tail(process.getInputStream());
    }

    /**
     * Runs a command to its end, or ends it. Whatever it has started is gone when this returns.
     *
     * @param variables over this process's environment, which it gets without its {@code PG*}
     */
    static ToolResult run(Path folder, List<String> command, Map<String, String> variables, Duration deadline) {
        ToolProcess running = start(folder, command, variables);
        try {
            return running.await(command, deadline);
        } finally {
            running.end();
            RUNNING.remove(running);
        }
    }

    private static ToolProcess start(Path folder, List<String> command, Map<String, String> variables) {
        boolean leadsGroup = Setsid.PATH != null;
        List<String> started = new ArrayList<>(command);
        if (leadsGroup) {
            // It becomes the program that it starts, whose process id is then the group's.
            started.add(0, Setsid.PATH);
        }
        ProcessBuilder builder = new ProcessBuilder(started)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().putAll(variables);
        try {
            ToolProcess running = new ToolProcess(builder.start(), leadsGroup);
            RUNNING.add(running);
            if (ending) {
                running.end();
            }
            return running;
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot run " + String.join(" ", command) + " in " + folder + ": " + e.getMessage() + ".", e);
        }
    }

    private ToolResult await(List<String> command, Duration deadline) {
        boolean ended = true;
        try {
            ended = !process.waitFor(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int exitCode = ended ? -1 : process.exitValue();
        end();
        return new ToolResult(command, exitCode, tail.text(), ended);
    }

    /** Asks the group to end, and makes it after a while; also what a program that has ended left running. */
    private void end() {
        if (!leadsGroup) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return;
        }
        if (!isGroupAlive()) {
            return;
        }
        signal("TERM");
        if (!isGoneWithin(GRACE)) {
            signal("KILL");
            isGoneWithin(GRACE);
        }
    }

    private boolean isGoneWithin(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        boolean interrupted = false;
        try {
            while (isGroupAlive()) {
                if (System.nanoTime() >= end) {
                    return false;
                }
                try {
                    Thread.sleep(LOOK_EVERY_MILLIS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean isGroupAlive() {
        return process.isAlive() || signal("0");
    }

    /** Whether there was a process in the group to take it. The shell's own kill: slim machines have no program of that name. */
    private boolean signal(String signal) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -s " + signal + " -- -" + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return waitFor(kill) == 0;
        } catch (IOException e) {
            process.destroyForcibly();
            return false;
        }
    }

    private static int waitFor(Process quick) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return quick.waitFor();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void endAll() {
        ending = true;
        RUNNING.forEach(ToolProcess::end);
    }

    /** The program that gives another one a session of its own; not there on every system. */
    private static final class Setsid {
        static final @Nullable String PATH = List.of("/usr/bin/setsid", "/bin/setsid").stream()
                .filter(path -> java.nio.file.Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse(null);
    }

    /** The last of what a program prints. */
    private static final class Tail {

        private static final long AFTER_THE_END_MILLIS = 5_000;

        private final Thread reader;
        private final byte[] ring = new byte[TAIL_BYTES];
        private long written;

        private Tail(InputStream stream) {
            reader = new Thread(() -> read(stream), "rehearse-tool-output");
            reader.setDaemon(true);
            reader.start();
        }

        private void read(InputStream stream) {
            byte[] buffer = new byte[8192];
            try (stream) {
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                    keep(buffer, n);
                }
            } catch (IOException e) {
                // The program was ended; what it had printed is here.
            }
        }

        private synchronized void keep(byte[] bytes, int length) {
            for (int i = 0; i < length; i++) {
                ring[(int) (written++ % TAIL_BYTES)] = bytes[i];
            }
        }

        String text() {
            try {
                reader.join(AFTER_THE_END_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return kept();
        }

        private synchronized String kept() {
            int length = (int) Math.min(written, TAIL_BYTES);
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = ring[(int) ((written - length + i) % TAIL_BYTES)];
            }
            return new String(bytes, StandardCharsets.UTF_8).strip();
        }
    }
}
