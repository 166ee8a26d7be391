package dev.rehearse.wiretap;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long a thread watches for what comes next before it goes to sleep. To be woken takes tens of microseconds, as long as a small statement takes
 * in all; to watch takes a core. So a thread watches while answers come quickly, and sleeps at once where they do not, where half of the cores are
 * at work for a tap already, and for a while after others have wanted its core. Thread-safe.
 *
 * <p>How long is found as KVM finds it for its <a href="https://docs.kernel.org/virt/kvm/halt-polling.html">halt polling</a>: the time doubles
 * when watching a little longer would have been enough, and halves when it was in vain.
 */
final class Patience {

    private static final long MOST_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(10);
    /** Who gives way and comes back only after so long shares its core with others that have work to do. */
    private static final long CROWDED_OUT_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private static final long SHORTEST_RETREAT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_RETREAT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int MOST_AWAKE = Runtime.getRuntime().availableProcessors() / 2;
    /** Threads of all taps that are at work or watch. */
    private static final AtomicInteger AWAKE = new AtomicInteger();

    /** Guarded by the class. */
    private static long retreatNanos = SHORTEST_RETREAT_NANOS;
    /** Until when no thread watches; after that, since when they may. */
    private static volatile long retreatUntilNanos = System.nanoTime();

    private Patience() {}

    /** How long it is worth watching for one side. Used by one thread. */
    static final class Span {
        private long nanos = MOST_NANOS;

        private void waited(long waitedNanos) {
            if (waitedNanos > MOST_NANOS) {
                nanos = nanos > LEAST_NANOS ? nanos / 2 : 0;
            } else if (waitedNanos > nanos) {
                nanos = Math.min(MOST_NANOS, Math.max(LEAST_NANOS, nanos * 2));
            }
        }
    }

    /** Looks whether something has come, and deals with it. */
    @FunctionalInterface
    interface Look {
        boolean came() throws IOException;
    }

    /** Sleeps until something has come. */
    @FunctionalInterface
    interface Sleep {
        void sleep() throws IOException;
    }

    /** The thread goes to work; before it ends it {@link #leaves()}. */
    static void arrives() {
        AWAKE.incrementAndGet();
    }

    static void leaves() {
        AWAKE.decrementAndGet();
    }

    /** Watches or sleeps until something may have come. */
    static void await(Span span, Look look, Sleep sleep) throws IOException {
        long since = System.nanoTime();
        if (since - retreatUntilNanos < 0 || !watch(since, span.nanos, look)) {
            leaves();
            try {
                sleep.sleep();
            } finally {
                arrives();
            }
            look.came();
        }
        span.waited(System.nanoTime() - since);
    }

    private static boolean watch(long since, long nanos, Look look) throws IOException {
        long last = since;
        while (last - since < nanos && AWAKE.get() <= MOST_AWAKE) {
            if (look.came()) {
                return true;
            }
            Thread.yield();
            long now = System.nanoTime();
            if (now - last > CROWDED_OUT_NANOS) {
                retreat(now);
                return false;
            }
            last = now;
        }
        return false;
    }

    /** Each time for twice as long as the last, unless the threads were left alone for much longer than that. */
    private static synchronized void retreat(long now) {
        boolean seldom = now - retreatUntilNanos > 10 * retreatNanos;
        retreatNanos = seldom ? SHORTEST_RETREAT_NANOS : Math.min(LONGEST_RETREAT_NANOS, 2 * retreatNanos);
        retreatUntilNanos = now + retreatNanos;
    }
}
