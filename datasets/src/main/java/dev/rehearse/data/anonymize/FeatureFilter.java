package dev.rehearse.data.anonymize;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A Bloom filter of features: says for certain that one was not added, and is wrong about the other once in some thousand times. Its size
 * is fixed when it is made, so the heap stays flat. Thread-safe.
 */
final class FeatureFilter {

    private static final int PROBES = 8;
    private static final int BITS_PER_FEATURE = 16;
    private static final int LEAST_LOG = 20;
    private static final int MOST_LOG = 29;

    private final AtomicLongArray words;
    private final int shift;

    private FeatureFilter(int log) {
        words = new AtomicLongArray(1 << (log - 6));
        shift = 64 - log;
    }

    /** For about so many features; 128 KiB to 64 MiB. */
    static FeatureFilter of(long features) {
        int log = LEAST_LOG;
        while (log < MOST_LOG && 1L << log < features * BITS_PER_FEATURE) {
            log++;
        }
        return new FeatureFilter(log);
    }

    void add(String feature) {
        long hash = hash(feature);
        long step = mix(hash) | 1;
        for (int i = 0; i < PROBES; i++) {
            long place = mix(hash) >>> shift;
            int word = (int) (place >>> 6);
            long bit = 1L << place;
            long now = words.get(word);
            while ((now & bit) == 0 && !words.compareAndSet(word, now, now | bit)) {
                now = words.get(word);
            }
            hash += step;
        }
    }

    boolean mayContain(String feature) {
        long hash = hash(feature);
        long step = mix(hash) | 1;
        for (int i = 0; i < PROBES; i++) {
            long place = mix(hash) >>> shift;
            if ((words.get((int) (place >>> 6)) & 1L << place) == 0) {
                return false;
            }
            hash += step;
        }
        return true;
    }

    private static long hash(String feature) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < feature.length(); i++) {
            hash = (hash ^ feature.charAt(i)) * 0x100000001B3L;
        }
        return mix(hash);
    }

    private static long mix(long bits) {
        long z = bits;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
