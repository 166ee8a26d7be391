package dev.rehearse.load;

import dev.rehearse.recording.RunClock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Lets many threads do something in turn, each a time after the one before it. Thread-safe. */
final class Turns {

    private final RunClock clock;
    private final LongSupplier apartMicros;
    /** Guarded by this. */
    private long lastMicros;

    /**
     * @param apartMicros how long after the last turn the next may be; asked while somebody waits for that
     */
    Turns(RunClock clock, LongSupplier apartMicros) {
        this.clock = clock;
        this.apartMicros = apartMicros;
        this.lastMicros = Long.MIN_VALUE / 2;
    }

    /**
     * Waits for a turn, or until there is no use in it any more, which is looked at whenever the thread is unparked, and before each turn.
     *
     * @return when it was taken
     */
    synchronized long take(BooleanSupplier isUseless) {
        long now = clock.micros();
        for (long wait = untilNext(now); wait > 0 && !isUseless.getAsBoolean(); wait = untilNext(now)) {
            LockSupport.parkNanos(this, wait * 1_000);
            now = clock.micros();
        }
        lastMicros = now;
        return now;
    }

    private long untilNext(long now) {
        return lastMicros + apartMicros.getAsLong() - now;
    }
}
