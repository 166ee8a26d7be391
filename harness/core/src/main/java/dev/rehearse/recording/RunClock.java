package dev.rehearse.recording;

import java.time.Instant;

/**
 * The one clock of a run: microseconds since the run began, monotonic. All times of a {@link Recording} are read off it.
 * Thread-safe.
 */
public final class RunClock {

    private final long originNanos = System.nanoTime();
    private final Instant startedAt = Instant.now();

    /** Microseconds since the run began. */
    public long micros() {
        return (System.nanoTime() - originNanos) / 1_000;
    }

    /** The run's microsecond at which {@link System#nanoTime()} read the given value. */
    public long microsAt(long nanoTime) {
        return (nanoTime - originNanos) / 1_000;
    }

    /** Wall-clock time at which the run began. */
    public Instant startedAt() {
        return startedAt;
    }

    /** The run's microsecond of a wall-clock time read on this machine (a server's timestamp, say). */
    public long microsAt(Instant wallClock) {
        return java.time.Duration.between(startedAt, wallClock).toNanos() / 1_000;
    }
}
