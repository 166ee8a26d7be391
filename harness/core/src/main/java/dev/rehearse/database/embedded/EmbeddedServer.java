package dev.rehearse.database.embedded;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.database.machine.PostgresBinaries;
import dev.rehearse.database.machine.Processes;
import dev.rehearse.database.machine.Run;
import dev.rehearse.database.machine.ServerProcesses;
import dev.rehearse.database.machine.ServerUser;
import dev.rehearse.database.server.StartedServer;
import dev.rehearse.database.server.Startup;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL server as our child process: on 127.0.0.1 only, without a Unix socket, its standard error in a log file. It has a
 * session of its own where the machine has {@code setsid}, so that Ctrl-C in the terminal ends us and we end it. Thread-safe.
 */
final class EmbeddedServer implements StartedServer {

    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(120);
    private static final int LAST_WORDS_BYTES = 6_000;

    private final PostgresBinaries binaries;
    private final ServerUser user;
    private final Path dataDirectory;
    private final String name;
    private final String password;
    private final Path log;
    private volatile int port = Startup.freePort();
    private @Nullable Process process;
    private volatile boolean closed;
    private boolean stopped;

    EmbeddedServer(
            Run run, PostgresBinaries binaries, ServerUser user, Path dataDirectory, String name, String password) {
        this.binaries = binaries;
        this.user = user;
        this.dataDirectory = dataDirectory;
        this.name = name;
        this.password = password;
        this.log = run.directory().resolve(dataDirectory.getFileName() + ".log");
        run.own(this);
    }

    Path dataDirectory() {
        return dataDirectory;
    }

    @Override
    public TestDatabase.Server address() {
        return new TestDatabase.Server(
                name, "127.0.0.1", port, StartedServer.DATABASE, StartedServer.SUPERUSER, password);
    }

    /** Starts it and returns once it accepts connections. */
    void start() {
        try {
            spawn();
            awaitReady();
        } catch (EnvironmentException e) {
            // Between our choice of a port and its use another process may take it.
            if (isAlive() || closed || Startup.isFree(port)) {
                throw e;
            }
            port = Startup.freePort();
            spawn();
            awaitReady();
        }
    }

    private void awaitReady() {
        Startup.await(
                address(),
                "PostgreSQL " + binaries.version() + " (" + name + ", " + binaries.origin() + ")",
                START_DEADLINE,
                this::isAlive,
                this::lastWords);
    }

    private synchronized void spawn() {
        if (closed) {
            throw new EnvironmentException("The rehearsal was ended while its database was starting.");
        }
        List<String> command = new ArrayList<>();
        // Its own session first: setsid keeps the process id, since our child never leads a process group.
        Processes.onPath("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.addAll(user.command(List.of(
                binaries.program("postgres").toString(),
                "-D",
                dataDirectory.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=")));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            Processes.cleanEnvironment(builder);
            process = builder.start();
            stopped = false;
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new EnvironmentException("Cannot start " + binaries.program("postgres") + ": " + e.getMessage(), e);
        }
    }

    /**
     * Shuts it down cleanly: a checkpoint, then the end. It can be started again.
     *
     * @throws EnvironmentException where it dies instead, or takes too long
     */
    void stop() {
        synchronized (this) {
            stopped = isAlive();
        }
        signalAndAwait("INT", STOP_DEADLINE);
        if (isAlive()) {
            throw new EnvironmentException("PostgreSQL (" + name + ") did not shut down within "
                    + STOP_DEADLINE.toSeconds() + " s. The end of its log:\n" + lastWords());
        }
        synchronized (this) {
            int exitCode = process == null ? 0 : process.exitValue();
            if (exitCode != 0) {
                stopped = false;
                throw Startup.died(name, exitCode, lastWords());
            }
        }
    }

    /** Ends it at once: nobody needs its data any more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        signalAndAwait("QUIT", Duration.ofSeconds(6));
        ServerProcesses.endAll(dataDirectory);
    }

    private void signalAndAwait(String signal, Duration deadline) {
        Process running;
        synchronized (this) {
            running = process;
        }
        if (running == null || !running.isAlive()) {
            return;
        }
        // Behind su or runuser the server is a child of our child; its own file knows its number.
        long pid = ServerProcesses.postmasterOf(dataDirectory).orElse(running.pid());
        Processes.signal(pid, signal);
        try {
            running.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    @Override
    public synchronized boolean hasDied() {
        return !stopped && (!isAlive() || removed().isPresent());
    }

    /** What it cannot do without for long, and is gone, as where somebody empties our home. */
    private Optional<Path> removed() {
        return Stream.of(binaries.directory(), dataDirectory)
                .filter(folder -> !Files.isDirectory(folder))
                .findFirst();
    }

    @Override
    public String lastWords() {
        return removed().map(folder -> folder + " was removed while it ran.\n").orElse("") + endOfLog();
    }

    private String endOfLog() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - LAST_WORDS_BYTES);
            file.seek(start);
            byte[] tail = new byte[(int) (file.length() - start)];
            file.readFully(tail);
            String text = new String(tail, StandardCharsets.UTF_8);
            return start == 0 ? text : text.substring(text.indexOf('\n') + 1);
        } catch (IOException gone) {
            return "";
        }
    }
}
