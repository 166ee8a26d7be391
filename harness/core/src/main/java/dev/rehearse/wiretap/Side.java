package dev.rehearse.wiretap;

import dev.rehearse.recording.RunClock;
import dev.rehearse.wiretap.protocol.MessageFramer;

/** What one side of a {@link Conversation} says. Used by one thread. */
abstract class Side implements MessageFramer.Handler {

    private final RunClock clock;
    /** When what has been passed on, and is heard only now, arrived; -1: now. */
    private long arrivedMicros = -1;

    private long chunks;

    Side(RunClock clock) {
        this.clock = clock;
    }

    @Override
    public void arrived() {
        arrivedMicros = clock.micros();
    }

    @Override
    public void caughtUp() {
        arrivedMicros = -1;
    }

    @Override
    public void chunkArrived() {
        chunks++;
    }

    /** The number of the chunk of bytes that is being heard. */
    final long chunk() {
        return chunks;
    }

    /** When what is being heard arrived. */
    final long heardMicros() {
        return arrivedMicros < 0 ? clock.micros() : arrivedMicros;
    }
}
