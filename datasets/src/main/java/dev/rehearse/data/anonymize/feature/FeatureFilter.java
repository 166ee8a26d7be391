package dev.rehearse.data.anonymize.feature;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A Bloom filter of hashes: says for certain that one was not added, and is wrong about the other once in some hundred times or more,
 * the more often the fuller it is. Its size is fixed when it is made, so the heap stays flat. All bits of one hash lie within 64 bytes, so
 * that the memory is asked once. Thread-safe.
 */
final class FeatureFilter {

    private static final int PROBES = 7;
    private static final int BITS_PER_HASH = 16;
    private static final int WORDS_PER_BLOCK = 8;
    private static final int LEAST_LOG = 20;
    private static final int MOST_LOG = 29;

    private final AtomicLongArray words;
    private final int blockMask;

    private FeatureFilter(int log) {
        words = new AtomicLongArray(1 << (log - 6));
        blockMask = words.length() / WORDS_PER_BLOCK - 1;
    }

    /** For about so many hashes; 128 KiB to 64 MiB. */
    static FeatureFilter of(long hashes) {
        int log = LEAST_LOG;
        while (log < MOST_LOG && 1L << log < hashes * BITS_PER_HASH) {
            log++;
        }
        return new FeatureFilter(log);
    }

    void add(long hash) {
        int block = ((int) (hash >>> 32) & blockMask) * WORDS_PER_BLOCK;
        long probes = Features.mix(hash);
        for (int i = 0; i < PROBES; i++) {
            int word = block + (int) (probes & WORDS_PER_BLOCK - 1);
            long bit = 1L << (probes >>> 3);
            long now = words.get(word);
            while ((now & bit) == 0 && !words.compareAndSet(word, now, now | bit)) {
                now = words.get(word);
            }
            probes >>>= 9;
        }
    }

    boolean mayContain(long hash) {
        int block = ((int) (hash >>> 32) & blockMask) * WORDS_PER_BLOCK;
        long probes = Features.mix(hash);
        for (int i = 0; i < PROBES; i++) {
            if ((words.get(block + (int) (probes & WORDS_PER_BLOCK - 1)) & 1L << (probes >>> 3)) == 0) {
                return false;
            }
            probes >>>= 9;
        }
        return true;
    }
}
