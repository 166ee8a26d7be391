package dev.rehearse.pgbench;

/** pgbench's functions from integers to integers; each gives exactly pgbench's values. Stateless. */
final class Hashes {

    private static final long FNV_BASIS = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;
    private static final long MURMUR = 0xC6A4A7935BD1E995L;
    private static final int ROUNDS = 6;

    private Hashes() {}

    /** FNV-1a over the eight bytes, lowest first. */
    static long fnv1a(long value, long start) {
        long hash = FNV_BASIS ^ start;
        for (int shift = 0; shift < 64; shift += 8) {
            hash = (hash ^ value >> shift & 0xFF) * FNV_PRIME;
        }
        return hash;
    }

    /** MurmurHash2 for 64 bits. */
    static long murmur2(long value, long start) {
        long block = value * MURMUR;
        block = (block ^ block >>> 47) * MURMUR;
        long hash = (start ^ 8 * MURMUR ^ block) * MURMUR;
        hash = (hash ^ hash >>> 47) * MURMUR;
        return hash ^ hash >>> 47;
    }

    /**
     * Where the value goes in a shuffle of 0 to size - 1. Each round is a bijection: multiply by an odd number, flip bits and rotate within
     * the lowest power of two of them, the same from the other end, then move all by one distance.
     */
    static long permute(long value, long size, long start) {
        if (size < 2) {
            return 0;
        }
        PgRandom random = new PgRandom();
        random.seed(start);
        long place = Long.remainderUnsigned(value, size);
        int bits = 63 - Long.numberOfLeadingZeros(size);
        long mask = (1L << bits) - 1;
        for (int round = 0; round < ROUNDS; round++) {
            long factor = random.next() & mask | 1;
            long flip = random.next() & mask;
            if (place <= mask) {
                place = turn(place, factor, flip, mask, bits);
            }
            factor = random.next() & mask | 1;
            flip = random.next() & mask;
            long mirrored = size - 1 - place;
            if (mirrored <= mask) {
                place = size - 1 - turn(mirrored, factor, flip, mask, bits);
            }
            place = Long.remainderUnsigned(place + random.upTo(size - 1), size);
        }
        return place;
    }

    private static long turn(long place, long factor, long flip, long mask, int bits) {
        long flipped = (place * factor ^ flip) & mask;
        return flipped << 1 & mask | flipped >>> bits - 1;
    }
}
