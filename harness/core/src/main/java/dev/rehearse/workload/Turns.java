package dev.rehearse.workload;

import dev.rehearse.recording.RunClock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Lets many threads do something in turn, each a time after the one before it. Thread-safe. */
final class Turns {

    private final RunClock clock;
    private final LongUnaryOperator nextMicros;
    /** Who is next, and waits. */
    private volatile @Nullable Thread next;
    /** Guarded by this. */
    private long lastMicros;

    /**
     * @param nextMicros gives, for when the last turn was taken, when the next may be; asked while somebody waits for that
     */
    Turns(RunClock clock, LongUnaryOperator nextMicros) {
        this.clock = clock;
        this.nextMicros = nextMicros;
        this.lastMicros = Long.MIN_VALUE / 2;
    }

    /**
     * Waits for a turn, or until there is no use in it any more, which is looked at whenever the thread is unparked, and before each turn.
     *
     * @return when it was taken
     */
    synchronized long take(BooleanSupplier isUseless) {
        long now = clock.micros();
        next = Thread.currentThread();
        for (long wait = untilNext(now); wait > 0 && !isUseless.getAsBoolean(); wait = untilNext(now)) {
            LockSupport.parkNanos(this, wait * 1_000);
            now = clock.micros();
        }
        next = null;
        lastMicros = now;
        return now;
    }

    /** The next turn may be sooner than it was. */
    void lookAgain() {
        LockSupport.unpark(next);
    }

    private long untilNext(long now) {
        return nextMicros.applyAsLong(lastMicros) - now;
    }
}
