package dev.rehearse.data.value;

import java.nio.charset.StandardCharsets;

/**
 * Random bits as a pure function of where they are used, so that neither the order of the work nor the number of threads changes a
 * value. The finalizer is that of SplitMix64; integer arithmetic only, so every machine agrees.
 */
public final class Mix {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Mix() {}

    public static long mix(long value) {
        long bits = value;
        bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
        return bits ^ (bits >>> 31);
    }

    /** The {@code index}-th 64 bits of the stream that {@code seed} names. */
    public static long at(long seed, long index) {
        return mix(seed + (index + 1) * GOLDEN_GAMMA);
    }

    /** A seed for a named part of what {@code seed} governs. */
    public static long seed(long seed, String... path) {
        long bits = mix(seed ^ GOLDEN_GAMMA);
        for (String step : path) {
            for (byte b : step.getBytes(StandardCharsets.UTF_8)) {
                bits = (bits ^ (b & 0xFF)) * 0x100000001B3L;
            }
            bits = mix(bits + GOLDEN_GAMMA);
        }
        return bits;
    }

    /** Spreads {@code bits} over 0 to {@code bound} - 1; {@code bound} is 1 to 2^61. */
    public static long below(long bits, long bound) {
        return Math.multiplyHigh(bits >>> 1, bound << 1);
    }

    /** Whether {@code bits} fall into a share of all bits. */
    public static boolean within(long bits, double share) {
        return (bits >>> 11) < (long) (share * (1L << 53));
    }

    /**
     * Like {@link #below} but skewed as Zipf's law has it: each doubling of the index is as likely as the one before, so index 0 gets
     * about 1 / log2(bound) of all draws.
     */
    public static long skewedBelow(long bits, long bound) {
        int doublings = 64 - Long.numberOfLeadingZeros(bound);
        int doubling = (int) below(bits, doublings);
        long low = (1L << doubling) - 1;
        long high = Math.min(bound, (1L << (doubling + 1)) - 1);
        return low + below(mix(bits ^ GOLDEN_GAMMA), high - low);
    }
}
