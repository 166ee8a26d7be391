package dev.rehearse.loadtest;

import dev.rehearse.database.DatabaseUrl;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What the clients of one run share. Times are those of {@link System#nanoTime}. Thread-safe. */
final class Load {

    private static final long PAUSE_NANOS = 10_000_000;

    private final DatabaseUrl url;
    private final LoadTestPlan plan;
    private final long patienceNanos;
    private final Program program;
    private final @Nullable Arrivals arrivals;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch running;
    private final AtomicLong withdrawn = new AtomicLong();
    private volatile long startNanos;
    private volatile long stopNanos = Long.MAX_VALUE;
    private volatile boolean abandoned;
    private volatile boolean hasSucceeded;
    private @Nullable Throwable failure;

    Load(DatabaseUrl url, LoadTestPlan plan, Program program, @Nullable Arrivals arrivals) {
        this.url = url;
        this.plan = plan;
        Duration patience = plan.pace().connectionTimeout();
        this.patienceNanos = patience == null ? Long.MAX_VALUE : patience.toNanos();
        this.program = program;
        this.arrivals = arrivals;
        this.running = new CountDownLatch(plan.sessions().clients());
    }

    DatabaseUrl url() {
        return url;
    }

    LoadTestPlan plan() {
        return plan;
    }

    /** How long an arrival waits for a client. */
    long patienceNanos() {
        return patienceNanos;
    }

    Program program() {
        return program;
    }

    /** Null: the closed model. */
    @Nullable
    Arrivals arrivals() {
        return arrivals;
    }

    void awaitStart() {
        boolean started = false;
        while (!started) {
            try {
                begun.await();
                started = true;
            } catch (InterruptedException e) {
                // Nobody interrupts clients; the latch is opened in any case.
            }
        }
    }

    void start() {
        startNanos = System.nanoTime();
        if (plan.pace().isTimed()) {
            stopNanos = startNanos + plan.pace().length().toNanos();
        }
        begun.countDown();
    }

    long startNanos() {
        return startNanos;
    }

    long stopNanos() {
        return stopNanos;
    }

    /** Whether nothing begins at this time any more. */
    boolean isOver(long nanos) {
        return nanos >= stopNanos;
    }

    /** Nothing begins from now on. */
    void stop() {
        stopNanos = Math.min(stopNanos, System.nanoTime());
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** What has not ended will not be waited for. */
    void abandon() {
        abandoned = true;
    }

    void succeeded() {
        if (!hasSucceeded) {
            hasSucceeded = true;
        }
    }

    /** Whether an operation has. */
    boolean hasSucceeded() {
        return hasSucceeded;
    }

    /** An arrival was taken that is due after the end. */
    void withdrawn() {
        withdrawn.incrementAndGet();
    }

    long withdrawals() {
        return withdrawn.get();
    }

    /** Parks so long, or until nothing begins any more. */
    void pause(long millis) {
        long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        long now = System.nanoTime();
        while (now < until && !isOver(now)) {
            LockSupport.parkNanos(Math.min(PAUSE_NANOS, until - now));
            now = System.nanoTime();
        }
    }

    /** A client cannot go on, and neither can the run. */
    synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        stop();
    }

    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** A client has ended. */
    void ended() {
        running.countDown();
    }

    boolean hasEnded() {
        return running.getCount() == 0;
    }

    /** Waits for the end of all clients, at most so long. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return running.await(nanos, TimeUnit.NANOSECONDS);
    }
}
