package dev.rehearse.pgbench;

/**
 * The generator that PostgreSQL's own programs use, <a href="https://prng.di.unimi.it/">xoroshiro128**</a> filled from SplitMix64, and
 * pgbench's distributions over it. {@code permute} must give pgbench's values, so this has to be the same generator. Not thread-safe.
 */
public final class PgRandom {

    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state0;
    private long state1;

    /** A number for the pair, in which all bits depend on all bits. */
    public static long mix(long first, long second) {
        return scramble(scramble(first + GAMMA) + (second + 1) * GAMMA);
    }

    private static long scramble(long bits) {
        long z = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** Begins the sequence of this number. */
    public void seed(long number) {
        state0 = scramble(number + GAMMA);
        state1 = scramble(number + 2 * GAMMA);
        if (state0 == 0 && state1 == 0) {
            state0 = 0x5851F42D4C957F2DL;
            state1 = 0x14057B7EF767814FL;
        }
    }

    long next() {
        long first = state0;
        long mixed = state1 ^ first;
        long result = Long.rotateLeft(first * 5, 7) * 9;
        state0 = Long.rotateLeft(first, 24) ^ mixed ^ mixed << 16;
        state1 = Long.rotateLeft(mixed, 37);
        return result;
    }

    /** Uniform from 0 to {@code most}, which counts as unsigned, both included. */
    public long upTo(long most) {
        if (most == 0) {
            return 0;
        }
        int shift = Long.numberOfLeadingZeros(most);
        long candidate;
        do {
            candidate = next() >>> shift;
        } while (Long.compareUnsigned(candidate, most) > 0);
        return candidate;
    }

    /** Uniform from 0 to 1 without 1. */
    public double fraction() {
        return (next() >>> 12) * 0x1p-52;
    }

    /** Exponentially distributed with a mean of 1. */
    public double gap() {
        return -Math.log(1 - fraction());
    }

    long uniform(long low, long high) {
        return low + upTo(high - low);
    }

    /** Falls off from low to high; at the end the density is exp(-parameter) of that at the beginning. */
    long exponential(long low, long high, double parameter) {
        double cut = Math.exp(-parameter);
        double uniform = 1 - fraction();
        double position = -Math.log(cut + (1 - cut) * uniform) / parameter;
        return low + (long) ((double) (high - low + 1) * position);
    }

    /** The middle is the likeliest; the ends are {@code parameter} standard deviations from it. */
    long gaussian(long low, long high, double parameter) {
        double deviations;
        do {
            double length = Math.sqrt(-2 * Math.log(1 - fraction()));
            deviations = length * Math.sin(2 * Math.PI * (1 - fraction()));
        } while (deviations < -parameter || deviations >= parameter);
        double position = (deviations + parameter) / (2 * parameter);
        return low + (long) ((double) (high - low + 1) * position);
    }

    /** The k-th value is k^-parameter as likely as the first: Devroye, Non-Uniform Random Variate Generation, 1986, page 550. */
    long zipfian(long low, long high, double parameter) {
        long count = high - low + 1;
        if (count <= 1) {
            return low;
        }
        double power = parameter - 1;
        double b = Math.pow(2, power);
        while (true) {
            double u = fraction();
            double v = fraction();
            double rank = Math.floor(Math.pow(u, -1 / power));
            double t = Math.pow(1 + 1 / rank, power);
            if (v * rank * (t - 1) / (b - 1) <= t / b && rank <= count) {
                return low - 1 + (long) rank;
            }
        }
    }
}
