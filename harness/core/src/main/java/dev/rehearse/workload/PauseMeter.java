package dev.rehearse.workload;

import dev.rehearse.recording.Recording.Pause;
import dev.rehearse.recording.RunClock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The times for which our own process did not run although it wanted to (a garbage collection, or a machine with no core to
 * spare): a thread sleeps 5 ms over and over and notes by how much it overslept. Thread-safe.
 */
final class PauseMeter {

    private static final long NAP_NANOS = 5_000_000;
    /** What is shorter every busy machine does. */
    private static final long SHORTEST_MICROS = 20_000;

    /** Of more than these the longest are kept. */
    private static final int MOST = 10_000;

    private final List<Pause> pauses = new ArrayList<>();
    private volatile boolean stopped;
    private @Nullable Thread thread;

    /** @param clock that pauses are told by */
    void start(RunClock clock) {
        Thread napper = new Thread(() -> nap(clock), "rehearse-load-pauses");
        napper.setDaemon(true);
        thread = napper;
        napper.start();
    }

    private void nap(RunClock clock) {
        while (!stopped) {
            long before = clock.micros();
            LockSupport.parkNanos(NAP_NANOS);
            long overslept = clock.micros() - before - NAP_NANOS / 1_000;
            if (overslept >= SHORTEST_MICROS) {
                add(new Pause(before + NAP_NANOS / 1_000, overslept));
            }
        }
    }

    private synchronized void add(Pause pause) {
        pauses.add(pause);
        if (pauses.size() > MOST) {
            pauses.remove(Collections.min(pauses, Comparator.comparingLong(Pause::micros)));
        }
    }

    synchronized List<Pause> pauses() {
        return List.copyOf(pauses);
    }

    void stop() {
        stopped = true;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
