package dev.rehearse.observe;

import java.util.Arrays;

/** When the primary's WAL had reached which position. Thread-safe. */
final class WrittenWal {

    private long[] micros = new long[1024];
    private long[] positions = new long[1024];
    private int size;

    /** Notes that the WAL had reached the position; a position that it had before says nothing new. */
    synchronized void add(long atMicros, long position) {
        if (size > 0 && position <= positions[size - 1]) {
            return;
        }
        if (size == micros.length) {
            micros = Arrays.copyOf(micros, size * 2);
            positions = Arrays.copyOf(positions, size * 2);
        }
        micros[size] = atMicros;
        positions[size] = position;
        size++;
    }

    /** How long ago the oldest WAL was written that lies beyond {@code replayed}, or 0 where there is none. */
    synchronized long lagMicros(long atMicros, long replayed) {
        int oldest = firstBeyond(replayed);
        return oldest == size ? 0 : Math.max(0, atMicros - micros[oldest]);
    }

    /** How many bytes had been written beyond {@code replayed}. */
    synchronized long lagBytes(long atMicros, long replayed) {
        for (int i = size - 1; i >= 0; i--) {
            if (micros[i] <= atMicros) {
                return Math.max(0, positions[i] - replayed);
            }
        }
        return 0;
    }

    private int firstBeyond(long replayed) {
        int found = Arrays.binarySearch(positions, 0, size, replayed);
        return found >= 0 ? found + 1 : -found - 1;
    }
}
