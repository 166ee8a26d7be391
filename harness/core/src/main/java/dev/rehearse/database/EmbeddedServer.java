package dev.rehearse.database;

import dev.rehearse.EnvironmentException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL server as our child process: on 127.0.0.1 only, without a Unix socket, its standard error in a log file. It has a
 * session of its own where the machine has {@code setsid}, so that Ctrl-C in the terminal ends us and we end it. Thread-safe.
 */
final class EmbeddedServer implements AutoCloseable {

    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(120);
    private static final int LAST_WORDS_BYTES = 6_000;

    /** Not there yet: 57P03 is "the database system is starting up", the others are refused or dropped connections. */
    static final Set<String> NOT_YET = Set.of("57P03", "08001", "08006", "08004");

    private final PostgresBinaries binaries;
    private final ServerUser user;
    private final Path dataDirectory;
    private final String name;
    private final String password;
    private final Path log;
    private final int port = freePort();
    private @Nullable Process process;
    private volatile boolean closed;

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

    TestDatabase.Server address() {
        return new TestDatabase.Server(
                name, "127.0.0.1", port, EmbeddedProvider.DATABASE, EmbeddedProvider.SUPERUSER, password);
    }

    /** Starts it and returns once it accepts connections. */
    void start() {
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        spawn();
        while (true) {
            try {
                address().connect("rehearse-startup").close();
                return;
            } catch (SQLException e) {
                if (!isAlive()) {
                    throw new EnvironmentException("PostgreSQL " + binaries.version() + " (" + binaries.origin()
                            + ") ended while it started as " + name + ". The end of its log:\n" + lastWords());
                }
                if (!NOT_YET.contains(String.valueOf(e.getSQLState())) || System.nanoTime() > deadline) {
                    throw new EnvironmentException(
                            "PostgreSQL " + binaries.version() + " (" + name
                                    + ") did not accept a connection on 127.0.0.1:" + port
                                    + " within " + START_DEADLINE.toSeconds() + " s: " + e.getMessage()
                                    + "\nThe end of its log:\n" + lastWords(),
                            e);
                }
            }
            pause();
        }
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
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new EnvironmentException("Cannot start " + binaries.program("postgres") + ": " + e.getMessage(), e);
        }
    }

    /** Shuts it down cleanly: a checkpoint, then the end. It can be started again. */
    void stop() {
        signalAndAwait("INT", STOP_DEADLINE);
        if (isAlive()) {
            throw new EnvironmentException("PostgreSQL (" + name + ") did not shut down within "
                    + STOP_DEADLINE.toSeconds() + " s. The end of its log:\n" + lastWords());
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

    synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    String lastWords() {
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

    /** Between two attempts to connect. */
    static void pause() {
        try {
            Thread.sleep(15);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnvironmentException("Interrupted while the database was starting.", e);
        }
    }

    /** A free port on loopback, below the range that outgoing connections are given, so that a restart finds it free again. */
    static int freePort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int candidate = ThreadLocalRandom.current().nextInt(18_000, 32_000);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), candidate));
                return candidate;
            } catch (IOException taken) {
                // The next one.
            }
        }
        throw new EnvironmentException("No free port found between 18000 and 32000 on 127.0.0.1 in 100 attempts.");
    }
}
