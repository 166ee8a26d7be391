package dev.rehearse.observe.lock;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Whether samples followed closely upon one another. The sampler's thread feeds it; any thread may read. */
final class Continuity {

    private static final long LONG_GAP_MICROS = 250_000;

    private final List<LockObservation.Gap> longGaps = new CopyOnWriteArrayList<>();
    private final boolean keepsGaps;
    private volatile long samples;
    private volatile long longestGapMicros;
    private long previousMicros = -1;

    /**
     * @param keepsGaps false for what may sample for months and is asked for the longest gap only
     */
    Continuity(boolean keepsGaps) {
        this.keepsGaps = keepsGaps;
    }

    /** A sample was taken. */
    void sampled() {
        samples++;
    }

    /**
     * Up to this moment nothing was seen since the moment before.
     *
     * @param counts whether that matters for the longest gap
     */
    void until(long micros, boolean counts) {
        if (previousMicros >= 0) {
            if (counts) {
                longestGapMicros = Math.max(longestGapMicros, micros - previousMicros);
            }
            if (keepsGaps && micros - previousMicros > LONG_GAP_MICROS) {
                longGaps.add(new LockObservation.Gap(previousMicros, micros));
            }
        }
        previousMicros = micros;
    }

    /** There was nothing to see between then and that moment. */
    void resumeAt(long micros) {
        previousMicros = Math.max(previousMicros, micros);
    }

    /** What was before does not count any more. */
    void forget() {
        previousMicros = -1;
    }

    boolean hasBegun() {
        return previousMicros >= 0;
    }

    long samples() {
        return samples;
    }

    long longestGapMicros() {
        return longestGapMicros;
    }

    List<LockObservation.Gap> longGaps() {
        return List.copyOf(longGaps);
    }
}
