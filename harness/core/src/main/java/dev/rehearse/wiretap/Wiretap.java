package dev.rehearse.wiretap;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.protocol.StatementListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server as far as a client can tell, on the loopback interface: it passes everything through to the real one, and tells a
 * {@link StatementListener} of each statement. It answers requests for TLS and GSSAPI encryption with "no", which ends the attempt of a client
 * that insists on them, and may speak TLS to the server. It can keep from the client the notices at DEBUG and LOG that the client did not
 * ask for ({@link TapSettings.ServersWords}); all other bytes arrive as they were sent. Replication connections pass unread.
 *
 * <p>Thread-safe. Owns one thread that accepts and one for each connection (two where it is encrypted to the server), all named {@code rehearse-tap-*}, until
 * it is closed. Where nothing keeps a client waiting, as its statements may be told later and nobody interferes, one thread for each two cores passes
 * on all connections that are not encrypted, which takes fewer wakings the busier they are.
 *
 * <p>Source: <a href="https://www.postgresql.org/docs/current/protocol-flow.html">Message Flow</a>.
 */
public final class Wiretap implements AutoCloseable {

    /** Of the text of a statement, this many bytes are kept. */
    public static final int LONGEST_SQL = 64 * 1024;

    private static final long CLOSING_TAKES_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int FAILURES_KEPT = 20;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final TestDatabase.Server target;
    private final TapSettings settings;
    private final ServerDoor serverDoor;
    private final RunClock clock;
    private final StatementListener listener;
    /** A channel, as its sockets go on to block in one call to the system after they have been read with a timeout. */
    private final ServerSocketChannel door;

    private final int port;
    private final Thread doorkeeper;
    /** For all sessions, where none can keep another waiting; else empty. */
    private final List<Switchboard> switchboards = new ArrayList<>();

    private final List<Thread> operators = new ArrayList<>();
    private final Set<TapSession> sessions = ConcurrentHashMap.newKeySet();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger sessionNumbers = new AtomicInteger();
    private final AtomicLong statementNumbers = new AtomicLong();
    private volatile boolean closed;

    private Wiretap(
            TestDatabase.Server target,
            TapSettings settings,
            RunClock clock,
            StatementListener listener,
            ServerDoor serverDoor,
            ServerSocketChannel door) {
        this.target = target;
        this.settings = settings;
        this.serverDoor = serverDoor;
        this.clock = clock;
        this.listener = listener;
        this.door = door;
        this.port = door.socket().getLocalPort();
        this.doorkeeper = new Thread(this::accept, "rehearse-tap-" + port);
        doorkeeper.setDaemon(true);
    }

    /**
     * Listens on a free port of 127.0.0.1.
     *
     * @throws EnvironmentException if no port can be had
     */
    public static Wiretap listen(TestDatabase.Server target, RunClock clock, StatementListener listener) {
        return listen(target, TapSettings.FOR_MIGRATIONS, clock, listener);
    }

    /**
     * Listens on the port of the settings, on 127.0.0.1.
     *
     * @param target of which host and port matter, and the rest for {@link #server()} only
     * @throws EnvironmentException if the port cannot be had, or a certificate not be read
     */
    public static Wiretap listen(
            TestDatabase.Server target, TapSettings settings, RunClock clock, StatementListener listener) {
        ServerDoor serverDoor = new ServerDoor(target, settings.serverTls());
        try {
            ServerSocketChannel door = open(settings.port());
            Wiretap tap = new Wiretap(target, settings, clock, listener, serverDoor, door);
            tap.start();
            return tap;
        } catch (IOException e) {
            throw new EnvironmentException(
                    settings.port() == 0
                            ? "Cannot listen on 127.0.0.1 for the migration tool: " + e.getMessage()
                                    + ". Rehearse needs one free port on the loopback interface."
                            : "Cannot listen on 127.0.0.1:" + settings.port() + ": " + e.getMessage()
                                    + ". Name another port, or 0 for any that is free.",
                    e);
        }
    }

    private static ServerSocketChannel open(int port) throws IOException {
        ServerSocketChannel door = ServerSocketChannel.open();
        try {
            // The backlog is large because a pool may open all of its connections at once.
            return door.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 1_000);
        } catch (IOException e) {
            quietly(door);
            throw e;
        }
    }

    private void start() throws IOException {
        boolean started = false;
        try {
            int count = hearsLater() ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : 0;
            for (int i = 0; i < count; i++) {
                Switchboard switchboard =
                        new Switchboard(count < Runtime.getRuntime().availableProcessors());
                switchboards.add(switchboard);
                operators.add(new Thread(() -> operate(switchboard), "rehearse-tap-" + port + "-switchboard-" + i));
            }
            operators.forEach(operator -> operator.setDaemon(true));
            operators.forEach(Thread::start);
            doorkeeper.start();
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    /** What ends a switchboard's connections does not end the tap: others come. */
    private void operate(Switchboard switchboard) {
        while (!closed) {
            try {
                switchboard.run();
            } catch (IOException | RuntimeException | Error e) {
                if (!closed) {
                    failed(e);
                    LockSupport.parkNanos(RETRY_NANOS);
                }
            }
        }
    }

    /** The port of 127.0.0.1 to connect to instead of the server's. */
    public int port() {
        return port;
    }

    /** The server behind it, with the tap's own address: what a tool is given. */
    public TestDatabase.Server server() {
        return new TestDatabase.Server(
                target.name(), "127.0.0.1", port(), target.database(), target.user(), target.password());
    }

    /**
     * Failures, oldest first, at most 20 that differ; empty if all is well: of the listener and of the interference, which the traffic survived,
     * and of the passing on, which ended a connection, such as a message that PostgreSQL's protocol does not know, or no file or thread left for one more.
     */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** Cuts every connection and ends every thread; takes 5 seconds at most. */
    @Override
    public void close() {
        closed = true;
        quietly(door);
        List<TapSession> open = new ArrayList<>(sessions);
        open.forEach(TapSession::cut);
        long deadline = System.nanoTime() + CLOSING_TAKES_AT_MOST_NANOS;
        join(doorkeeper, deadline);
        open.addAll(sessions);
        for (TapSession session : open) {
            session.cut();
            session.threads().forEach(thread -> join(thread, deadline));
        }
        switchboards.forEach(Switchboard::takeNoMore);
        operators.forEach(operator -> join(operator, deadline));
        switchboards.forEach(Wiretap::quietly);
    }

    RunClock clock() {
        return clock;
    }

    long nextStatementNumber() {
        return statementNumbers.getAndIncrement();
    }

    TapSettings settings() {
        return settings;
    }

    ServerDoor serverDoor() {
        return serverDoor;
    }

    /**
     * Asks the interference what goes wrong, and lets it happen.
     *
     * @throws InterruptedIOException if the connection is to be cut
     */
    void interfere(Function<Interference, Fault> question) throws InterruptedIOException {
        if (settings.interference() == Interference.NONE) {
            return;
        }
        Fault.Then then = Fault.Then.GO_ON;
        try {
            then = question.apply(settings.interference()).happen();
        } catch (RuntimeException e) {
            failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            then = Fault.Then.CUT;
        }
        if (then == Fault.Then.CUT) {
            throw new InterruptedIOException("cut off");
        }
    }

    /** The one that passes on this session; null: the session needs one of its own. */
    @Nullable
    Switchboard sharedSwitchboard(int sessionNumber) {
        return switchboards.isEmpty() ? null : switchboards.get(sessionNumber % switchboards.size());
    }

    /** Whether nobody minds that statements are told when they have been passed on already. */
    boolean hearsLater() {
        return settings.interference() == Interference.NONE && listener.mayHearLater();
    }

    /** Calls the listener; a failure of ours must not become a failure of the migration. */
    void tell(Consumer<StatementListener> call) {
        try {
            call.accept(listener);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** Keeps a failure for {@link #failures()}. */
    void failed(Throwable e) {
        // What went wrong with a connection is the reader's business, which class of ours says so is not.
        boolean ofTheMachine = e instanceof IOException || e instanceof OutOfMemoryError;
        String words = ofTheMachine && e.getMessage() != null ? e.getMessage() : e.toString();
        if (failures.size() < FAILURES_KEPT && !failures.contains(words)) {
            failures.add(words);
        }
    }

    static void quietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // A connection that is being thrown away has nothing more to say.
        }
    }

    private void accept() {
        while (!closed) {
            try {
                begin(door.accept().socket());
            } catch (IOException | RuntimeException | Error e) {
                if (!door.isOpen()) {
                    return;
                }
                // No file, thread or memory is left for another connection; some may be soon.
                failed(e);
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void begin(Socket client) {
        boolean begun = false;
        try {
            // One stays until its threads have ended, not until it says so: close() waits for them.
            sessions.removeIf(TapSession::isOver);
            TapSession session = new TapSession(this, client, sessionNumbers.getAndIncrement());
            sessions.add(session);
            session.start();
            begun = true;
            if (closed) {
                session.cut();
            }
        } finally {
            if (!begun) {
                quietly(client);
            }
        }
    }

    private static void join(Thread thread, long deadlineNanos) {
        try {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
            thread.join(Math.max(1, millis / 2));
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
