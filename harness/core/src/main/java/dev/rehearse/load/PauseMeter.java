package dev.rehearse.load;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The longest time for which our own process did not run although it wanted to (a garbage collection, or a machine with no core to
 * spare): a thread sleeps 5 ms over and over and notes by how much it overslept. Thread-safe.
 */
final class PauseMeter {

    private static final long NAP_NANOS = 5_000_000;

    private volatile long longestMicros;
    private volatile boolean stopped;
    private @Nullable Thread thread;

    void start() {
        Thread napper = new Thread(this::nap, "rehearse-load-pauses");
        napper.setDaemon(true);
        thread = napper;
        napper.start();
    }

    private void nap() {
        while (!stopped) {
            long before = System.nanoTime();
            LockSupport.parkNanos(NAP_NANOS);
            long overslept = (System.nanoTime() - before - NAP_NANOS) / 1_000;
            longestMicros = Math.max(longestMicros, overslept);
        }
    }

    long longestMicros() {
        return longestMicros;
    }

    void stop() {
        stopped = true;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
