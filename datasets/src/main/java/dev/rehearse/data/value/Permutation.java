package dev.rehearse.data.value;

import java.util.Objects;

/** A bijection of 0 to size - 1 that looks random: a Feistel network over the next even number of bits, walked until inside. */
public final class Permutation {

    private static final int ROUNDS = 4;

    private final long size;
    private final long seed;
    private final int halfBits;
    private final long halfMask;

    /** @param size 1 to 2^61 */
    public Permutation(long size, long seed) {
        this.size = size;
        this.seed = seed;
        int bits = Math.max(2, 64 - Long.numberOfLeadingZeros(size - 1));
        this.halfBits = (bits + 1) / 2;
        this.halfMask = (1L << halfBits) - 1;
    }

    /**
     * The place of {@code index}, which is 0 to size - 1.
     *
     * @throws IndexOutOfBoundsException for any other, which might never come inside again
     */
    public long apply(long index) {
        Objects.checkIndex(index, size);
        long place = index;
        do {
            place = encrypt(place);
        } while (place >= size);
        return place;
    }

    private long encrypt(long block) {
        long left = block >>> halfBits;
        long right = block & halfMask;
        for (int round = 0; round < ROUNDS; round++) {
            long next = left ^ (Mix.mix(seed + right * 0x9E3779B97F4A7C15L + round) & halfMask);
            left = right;
            right = next;
        }
        return (left << halfBits) | right;
    }
}
