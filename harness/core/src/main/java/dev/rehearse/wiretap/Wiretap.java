package dev.rehearse.wiretap;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.recording.RunClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A PostgreSQL server as far as a client can tell, on the loopback interface: it passes everything through to the real one, and tells a
 * {@link StatementListener} of each statement. It answers requests for TLS and GSSAPI encryption with "no", and keeps from the client the
 * notices at DEBUG and LOG (which the migration's role makes the server send, see {@link StatementRecorder#SESSION_SETTINGS}); all other
 * bytes arrive as they were sent. Replication connections pass unread.
 *
 * <p>Thread-safe. Owns one thread that accepts and two for each connection, all named {@code rehearse-tap-*}, until it is closed.
 *
 * <p>Source: <a href="https://www.postgresql.org/docs/current/protocol-flow.html">Message Flow</a>.
 */
public final class Wiretap implements AutoCloseable {

    /** Of the text of a statement, this many bytes are kept. */
    public static final int LONGEST_SQL = 64 * 1024;

    private static final long CLOSING_TAKES_AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int FAILURES_KEPT = 20;

    private final TestDatabase.Server target;
    private final RunClock clock;
    private final StatementListener listener;
    private final ServerSocket door;
    private final Thread doorkeeper;
    private final Set<TapSession> sessions = ConcurrentHashMap.newKeySet();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger sessionNumbers = new AtomicInteger();
    private final AtomicLong statementNumbers = new AtomicLong();
    private volatile boolean closed;

    private Wiretap(TestDatabase.Server target, RunClock clock, StatementListener listener, ServerSocket door) {
        this.target = target;
        this.clock = clock;
        this.listener = listener;
        this.door = door;
        this.doorkeeper = new Thread(this::accept, "rehearse-tap-" + door.getLocalPort());
        doorkeeper.setDaemon(true);
    }

    /**
     * Listens on a free port of 127.0.0.1.
     *
     * @throws EnvironmentException if no port can be had
     */
    public static Wiretap listen(TestDatabase.Server target, RunClock clock, StatementListener listener) {
        try {
            // The backlog is large because a pool may open all of its connections at once.
            ServerSocket door = new ServerSocket(0, 200, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
            Wiretap tap = new Wiretap(target, clock, listener, door);
            tap.doorkeeper.start();
            return tap;
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot listen on 127.0.0.1 for the migration tool: " + e.getMessage()
                            + ". Rehearse needs one free port on the loopback interface.",
                    e);
        }
    }

    /** The port of 127.0.0.1 to connect to instead of the server's. */
    public int port() {
        return door.getLocalPort();
    }

    /** The server behind it, with the tap's own address: what a tool is given. */
    public TestDatabase.Server server() {
        return new TestDatabase.Server(
                target.name(), "127.0.0.1", port(), target.database(), target.user(), target.password());
    }

    /** Failures of the listener, which the traffic survived, oldest first, at most 20; empty if all is well. */
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
    }

    RunClock clock() {
        return clock;
    }

    long nextStatementNumber() {
        return statementNumbers.getAndIncrement();
    }

    Socket connectToServer() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(target.host(), target.port()), 10_000);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            quietly(socket);
            throw e;
        }
    }

    /** Calls the listener; a failure of ours must not become a failure of the migration. */
    void tell(java.util.function.Consumer<StatementListener> call) {
        try {
            call.accept(listener);
        } catch (RuntimeException e) {
            if (failures.size() < FAILURES_KEPT) {
                failures.add(e.toString());
            }
        }
    }

    void left(TapSession session) {
        sessions.remove(session);
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
                Socket client = door.accept();
                client.setTcpNoDelay(true);
                TapSession session = new TapSession(this, client, sessionNumbers.getAndIncrement());
                sessions.add(session);
                session.start();
                if (closed) {
                    session.cut();
                }
            } catch (IOException e) {
                if (door.isClosed()) {
                    return;
                }
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
