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

    /**
     * The index that has the place.
     *
     * @throws IndexOutOfBoundsException for a place that no index has
     */
    public long invert(long place) {
        Objects.checkIndex(place, size);
        long index = place;
        do {
            index = decrypt(index);
        } while (index >= size);
        return index;
    }

    private long encrypt(long block) {
        long left = block >>> halfBits;
        long right = block & halfMask;
        for (int round = 0; round < ROUNDS; round++) {
            long next = left ^ mask(right, round);
            left = right;
            right = next;
        }
        return (left << halfBits) | right;
    }

    private long decrypt(long block) {
        long left = block >>> halfBits;
        long right = block & halfMask;
        for (int round = ROUNDS - 1; round >= 0; round--) {
            long before = right ^ mask(left, round);
            right = left;
            left = before;
        }
        return (left << halfBits) | right;
    }

    private long mask(long half, int round) {
        return Mix.mix(seed + half * 0x9E3779B97F4A7C15L + round) & halfMask;
    }
}
