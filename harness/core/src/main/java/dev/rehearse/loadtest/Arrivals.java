package dev.rehearse.loadtest;

import dev.rehearse.pgbench.PgRandom;
import dev.rehearse.plan.RateCurve;

/**
 * When operations are due in the open model. It follows from rate and random seed alone, so the database has no say in it. Arrivals come
 * evenly, or at random as in a Poisson process; then each stretch of a tenth of a second (or of ten arrivals, where that is longer) has its exact
 * share of them: queues see the bursts of a Poisson process, and a run has the rate that was asked for, not one that is off by the square root of its count.
 * Where the rate changes a stretch has the integral of it, and arrivals are as dense in it as the rate says.
 * Each arrival is taken once; none is skipped. Thread-safe.
 */
final class Arrivals {

    private static final double STRETCH_NANOS = 1e8;
    private static final double LEAST_IN_STRETCH = 10;
    private static final double ROUNDING = 1e-6;

    private final RateCurve rate;
    private final boolean even;
    private final double endNanos;
    private final long most;
    private final PgRandom random = new PgRandom();
    private long[] due = {};
    private int next;
    private double reachedNanos;
    private long taken;

    /**
     * @param even not at random
     * @param endNanos arrivals are due before that, counted from the start
     * @param most how many there are at most
     */
    Arrivals(RateCurve rate, boolean even, double endNanos, long most, long randomSeed) {
        this.rate = rate;
        this.even = even;
        this.endNanos = endNanos;
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
        double from = arrivals(reachedNanos);
        double tenMore = rate.secondOf(from + LEAST_IN_STRETCH) * 1e9;
        reachedNanos = Math.min(endNanos, Math.max(reachedNanos + STRETCH_NANOS, tenMore));
        double to = arrivals(reachedNanos);
        long first = (long) Math.floor(from + ROUNDING);
        int count = (int) ((long) Math.floor(to + ROUNDING) - first);
        due = new long[count];
        next = 0;
        double[] at = even ? middles(first, count) : atRandom(from, to, count);
        for (int i = 0; i < count; i++) {
            due[i] = (long) (rate.secondOf(at[i]) * 1e9);
        }
    }

    private double arrivals(double nanos) {
        return rate.arrivalsBefore(nanos / 1e9);
    }

    private static double[] middles(long first, int count) {
        double[] at = new double[count];
        for (int i = 0; i < count; i++) {
            at[i] = first + i + 0.5;
        }
        return at;
    }

    private double[] atRandom(double from, double to, int count) {
        double[] at = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += random.gap();
            at[i] = sum;
        }
        // Exponential gaps, scaled to fill the stretch, are those between points thrown into it at random.
        sum += random.gap();
        for (int i = 0; i < count; i++) {
            at[i] = from + at[i] / sum * (to - from);
        }
        return at;
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
