package dev.rehearse.load;

import java.util.concurrent.atomic.AtomicLong;

/** Gives out turns a fixed time apart, one to each who asks: as long as somebody always has one, something happens in each. For many threads. */
final class Turns {

    private final long apartMicros;
    private final AtomicLong last = new AtomicLong(Long.MIN_VALUE / 2);

    Turns(long apartMicros) {
        this.apartMicros = Math.max(1, apartMicros);
    }

    /** The next turn that nobody has; now, where the last was longer ago. */
    long next(long nowMicros) {
        return last.updateAndGet(l -> Math.max(nowMicros, l + apartMicros));
    }
}
