package dev.rehearse.wiretap.record;

import dev.rehearse.EnvironmentException;
import dev.rehearse.HarnessException;
import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.lock.LockProbe;
import dev.rehearse.wiretap.protocol.EndedConnection;
import dev.rehearse.wiretap.protocol.StatementListener;
import dev.rehearse.wiretap.protocol.TappedStatement;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line of JSON for each statement that a {@code Wiretap} hears, as it ends, and for each connection that the server refuses or ends. Lines are written in the background; where that cannot keep
 * up the tap's clients wait, so that no line is lost and memory is bounded.
 *
 * <p>Thread-safe. Owns one thread ({@code rehearse-tap-lines}) until it is closed. The writer is flushed whenever no more lines are at
 * hand, and not closed.
 */
public final class StatementLines implements StatementListener, AutoCloseable {

    /** Of at most {@code Wiretap.LONGEST_SQL} bytes each. */
    private static final int WAITING_LINES = 1_000;
    /** So many are written at once. */
    private static final int MANY_LINES = WAITING_LINES / 4;

    /** How long fewer are gathered: to be woken for each of them would cost the clients more than the lines themselves. */
    private static final long GATHERING_NANOS = 10_000_000;

    private static final long CLOSING_TAKES_AT_MOST_MILLIS = 5_000;

    private final @Nullable LockProbe locks;
    private final StatementJson json;
    private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(WAITING_LINES);
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicLong statements = new AtomicLong();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Thread thread = new Thread(this::write, "rehearse-tap-lines");
    private volatile @Nullable EndedConnection lastRefused;
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;

    /** Writes a line. */
    private interface Line {
        void write() throws IOException;
    }

    private StatementLines(Writer out, RunClock clock, @Nullable LockProbe locks, boolean parameters) {
        this.locks = locks;
        this.json = new StatementJson(out, clock, parameters);
        thread.setDaemon(true);
    }

    /**
     * @param clock the tap's
     * @param locks where to read them; null: nowhere, and each line says that they were not measured
     * @param parameters whether the tap keeps them
     */
    public static StatementLines to(Writer out, RunClock clock, @Nullable LockProbe locks, boolean parameters) {
        StatementLines lines = new StatementLines(out, clock, locks, parameters);
        lines.thread.start();
        return lines;
    }

    /**
     * Waits until lines cannot be written any more, and throws why.
     *
     * @throws IOException if it is the file's or the reader's fault; what else is thrown is a fault of ours, or there is no memory left
     */
    public void awaitFailure() throws IOException, InterruptedException {
        over.await();
        throwFailure();
    }

    /** Of how many statements the lines were written. */
    public long statements() {
        return statements.get();
    }

    /** How many clients have logged in. */
    public int sessions() {
        return sessions.get();
    }

    /** How many clients were not let in. */
    public int refused() {
        return refused.get();
    }

    /** The last of them; null where there was none. */
    public @Nullable EndedConnection lastRefused() {
        return lastRefused;
    }

    /** Locks must be read while the client waits; all else can be told later. */
    @Override
    public boolean mayHearLater() {
        return locks == null;
    }

    @Override
    public void sessionStarted(int backendPid, long micros) {
        sessions.incrementAndGet();
    }

    @Override
    public void statementEnded(TappedStatement statement) {
        LockProbe.Reading reading = locks == null ? null : locks.after(statement);
        add(() -> {
            json.write(statement, reading);
            statements.incrementAndGet();
        });
    }

    @Override
    public void connectionEnded(EndedConnection connection) {
        if (connection.how() == EndedConnection.How.REFUSED) {
            refused.incrementAndGet();
            lastRefused = connection;
        }
        add(() -> json.write(connection));
    }

    private void add(Line line) {
        try {
            while (over.getCount() > 0 && !waiting.offer(line, 100, TimeUnit.MILLISECONDS)) {
                // The writer is slower than the clients.
            }
            if (waiting.size() >= MANY_LINES) {
                LockSupport.unpark(thread);
            }
        } catch (InterruptedException e) {
            // The tap is being closed, and does not wait any longer.
            failure = tooSlow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void sessionEnded(int backendPid, long micros) {
        if (locks != null) {
            locks.forget(backendPid);
        }
    }

    /**
     * Writes what is waiting; call it after the tap has been closed. Takes 5 seconds at most.
     *
     * @throws IOException if lines could not be written
     */
    @Override
    public void close() throws IOException {
        closed = true;
        try {
            if (!over.await(CLOSING_TAKES_AT_MOST_MILLIS, TimeUnit.MILLISECONDS)) {
                thread.interrupt();
                throw tooSlow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throwFailure();
    }

    private static IOException tooSlow() {
        return new IOException("the last lines could not be written within " + CLOSING_TAKES_AT_MOST_MILLIS
                + " ms; nobody reads them");
    }

    private void throwFailure() throws IOException {
        Throwable failed = failure;
        if (failed instanceof IOException e) {
            throw new IOException(e.getMessage(), e);
        } else if (failed instanceof OutOfMemoryError) {
            throw new EnvironmentException(
                    "No memory is left to write lines (" + failed.getMessage()
                            + "). Give Java more of it (JAVA_TOOL_OPTIONS=-Xmx1g).",
                    failed);
        } else if (failed != null) {
            throw new HarnessException("Lines could not be written: " + failed, failed);
        }
    }

    private void write() {
        try {
            List<Line> lines = new ArrayList<>();
            while (true) {
                boolean last = closed;
                waiting.drainTo(lines);
                if (!lines.isEmpty()) {
                    for (Line line : lines) {
                        line.write();
                    }
                    json.flush();
                    lines.clear();
                } else if (last) {
                    return;
                }
                if (!last) {
                    LockSupport.parkNanos(this, GATHERING_NANOS);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        } finally {
            over.countDown();
        }
    }
}
