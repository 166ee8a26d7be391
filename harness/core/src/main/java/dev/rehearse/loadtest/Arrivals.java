package dev.rehearse.loadtest;

import dev.rehearse.pgbench.PgRandom;

/**
 * When operations are due in the open model. It follows from rate and random seed alone, so the database has no say in it. Arrivals come
 * at random as in a Poisson process, but each stretch of a tenth of a second (or of ten arrivals, where that is longer) has its exact
 * share of them: queues see the bursts of a Poisson process, and a run has the rate that was asked for, not one that is off by the square root of its count.
 * Each arrival is taken once; none is skipped. Thread-safe.
 */
final class Arrivals {

    private static final double STRETCH_NANOS = 1e8;
    private static final double LEAST_IN_STRETCH = 10;

    private final double ratePerNano;
    private final double endNanos;
    private final double stretchNanos;
    private final long most;
    private final PgRandom random = new PgRandom();
    private long[] due = {};
    private int next;
    private double reachedNanos;
    private long taken;

    /**
     * @param endNanos arrivals are due before that, counted from the start
     * @param most how many there are at most
     */
    Arrivals(double ratePerSecond, double endNanos, long most, long randomSeed) {
        this.ratePerNano = ratePerSecond / 1e9;
        this.endNanos = endNanos;
        this.stretchNanos = Math.max(STRETCH_NANOS, LEAST_IN_STRETCH / ratePerNano);
        this.most = most;
        random.seed(PgRandom.mix(randomSeed, -1));
    }

    /** The next arrival; false where there is none any more. */
    synchronized boolean take(Slot slot) {
        while (next == due.length && reachedNanos < endNanos) {
            nextStretch();
        }
        if (next == due.length || taken >= most) {
            return false;
        }
        slot.number = taken++;
        slot.dueNanos = due[next++];
        return true;
    }

    private void nextStretch() {
        double from = reachedNanos;
        double to = Math.min(endNanos, from + stretchNanos);
        int count = (int) (share(to) - share(from));
        double[] at = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += random.gap();
            at[i] = sum;
        }
        // Exponential gaps, scaled to fill the stretch, are those between points thrown into it at random.
        sum += random.gap();
        due = new long[count];
        for (int i = 0; i < count; i++) {
            due[i] = (long) (from + at[i] / sum * (to - from));
        }
        next = 0;
        reachedNanos = to;
    }

    /** How many arrivals there are until then. */
    private double share(double nanos) {
        return Math.floor(nanos * ratePerNano + 1e-6);
    }

    /** How many were taken. */
    synchronized long taken() {
        return taken;
    }

    /** One arrival. For one thread. */
    static final class Slot {
        long number;
        /** Since the start of the schedule. */
        long dueNanos;
    }
}
