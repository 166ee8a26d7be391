package dev.rehearse.observe;

import dev.rehearse.recording.RunClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One connection and one thread that sample a server at an interval until they are closed. A connection that dies, or whose sample fails,
 * is a note and is made again, for as long as it takes: the server's death is a fact of the run. However often one failure follows the
 * other, it is noted once, until a sample has been taken again.
 */
public final class Watch implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration RECONNECT_PAUSE = Duration.ofMillis(250);

    private final String what;
    private final Target target;
    private final RunClock clock;
    private final Sampling sampling;
    private final List<String> notes;
    private final Thread thread;
    private volatile boolean closed;
    private volatile long beganNanos;
    private volatile long ownNanos;
    private volatile long askingNanos;
    private volatile long endedNanos;
    private @Nullable Connection connection;
    private boolean lost;

    /** The server that is watched. */
    public interface Target {

        /** For notes: "primary", "db.example.org". */
        String name();

        Connection connect() throws SQLException;
    }

    /** What is sampled. Called from one thread at a time. */
    public interface Sampling {

        /** Prepares a connection that was just made. */
        void begin(Connection connection) throws SQLException;

        /** Takes one sample and says how long after its beginning the next one is due. */
        Duration sample(Connection connection) throws SQLException;

        /** Whether a connection is to be made. */
        default boolean needsConnection() {
            return true;
        }

        /** Called when the connection has failed, before another one is made. */
        default void lost() {}

        /** Called once, after the last sample. */
        default void end() {}
    }

    /**
     * @param what who watches, as a sentence begins: "The lock sampler"
     * @param threadName name of the thread
     */
    public Watch(String what, String threadName, Target target, RunClock clock, Sampling sampling) {
        this(what, threadName, target, clock, sampling, new CopyOnWriteArrayList<>());
    }

    /** Beside another, whose notes it adds to, so that all stand in their order. */
    public Watch(String what, String threadName, Target target, RunClock clock, Sampling sampling, Watch beside) {
        this(what, threadName, target, clock, sampling, beside.notes);
    }

    private Watch(
            String what, String threadName, Target target, RunClock clock, Sampling sampling, List<String> notes) {
        this.what = what;
        this.target = target;
        this.clock = clock;
        this.sampling = sampling;
        this.notes = notes;
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
    }

    /** Connects before {@link #start}, for those who cannot do without. */
    public void connect() throws SQLException {
        Connection fresh = target.connect();
        try {
            fresh.setNetworkTimeout(Runnable::run, (int) DEADLINE.toMillis());
            fresh.setAutoCommit(true);
            try (Statement statement = fresh.createStatement()) {
                // Left to itself the server plans some of the questions anew for each sample, which takes as long as
                // the answers.
                statement.execute("SET statement_timeout = '5s'; SET lock_timeout = '200ms'; SET jit = off;"
                        + " SET plan_cache_mode = force_generic_plan; SET client_min_messages = warning");
            }
            sampling.begin(fresh);
            connection = fresh;
        } catch (SQLException | RuntimeException e) {
            closeQuietly(fresh);
            throw e;
        }
    }

    public void start() {
        beganNanos = System.nanoTime();
        thread.start();
    }

    public void note(String text) {
        notes.add(text);
    }

    /** What went wrong, in words. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** What its samples took so far. */
    public Effort effort() {
        double nanos = Math.max(1, (endedNanos == 0 ? System.nanoTime() : endedNanos) - beganNanos);
        return new Effort(ownNanos / nanos, Math.max(0, askingNanos - ownNanos) / nanos);
    }

    private Duration sample(Connection live) throws SQLException {
        long began = System.nanoTime();
        long ownBefore = Effort.threadNanos();
        Duration untilNext = sampling.sample(live);
        ownNanos += Effort.threadNanos() - ownBefore;
        askingNanos += System.nanoTime() - began;
        return untilNext;
    }

    private void run() {
        try {
            while (!closed) {
                Connection live = connection;
                if (live == null) {
                    reconnect();
                } else {
                    sampleUntilItFails(live);
                    closeQuietly(live);
                    connection = null;
                }
            }
        } finally {
            if (connection != null) {
                closeQuietly(connection);
            }
            endedNanos = System.nanoTime();
            sampling.end();
        }
    }

    private void reconnect() {
        if (!sampling.needsConnection()) {
            LockSupport.parkNanos(RECONNECT_PAUSE.toNanos());
            return;
        }
        try {
            connect();
        } catch (SQLException | RuntimeException e) {
            noteLoss(what + " could not reach " + target.name() + " at " + millis() + " ms (" + reason(e) + ").");
            LockSupport.parkNanos(RECONNECT_PAUSE.toNanos());
        }
    }

    private void sampleUntilItFails(Connection live) {
        boolean sampled = false;
        try {
            long dueNanos = System.nanoTime();
            while (!closed) {
                Duration untilNext = sample(live);
                sampled = true;
                if (lost) {
                    lost = false;
                    notes.add(what + " reached " + target.name() + " again at " + millis() + " ms.");
                }
                dueNanos = Math.max(dueNanos + untilNext.toNanos(), System.nanoTime());
                pauseUntil(dueNanos);
            }
        } catch (SQLException | RuntimeException e) {
            sampling.lost();
            noteLoss(what + " lost its connection to " + target.name() + " at " + millis() + " ms (" + reason(e)
                    + "); what happened until it was back is missing.");
            if (!sampled) {
                // What fails at once will fail again.
                LockSupport.parkNanos(RECONNECT_PAUSE.toNanos());
            }
        }
    }

    private void noteLoss(String text) {
        if (!lost && !closed) {
            notes.add(text);
            lost = true;
        }
    }

    private static String reason(Exception e) {
        return e instanceof SQLException failure ? "SQLSTATE " + failure.getSQLState() : e.toString();
    }

    private void pauseUntil(long dueNanos) {
        for (long left = dueNanos - System.nanoTime(); left > 0 && !closed; left = dueNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private long millis() {
        return clock.micros() / 1_000;
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // It was of no use any more; the server drops its side by itself.
        }
    }

    /** Stops the thread and waits for its end, at most as long as the server may take to answer its last question. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(2 * DEADLINE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
