package dev.rehearse.observe;

import java.util.Arrays;

/** When the primary's WAL had reached which position, and between two samples as if it had been written evenly. Thread-safe. */
final class WrittenWal {

    private long[] micros = new long[1024];
    /** When the sample before was taken, which had not reached the position. */
    private long[] sinceMicros = new long[1024];

    private long[] positions = new long[1024];
    private int size;
    private long lastMicros;

    /** Notes that the WAL had reached the position; a position that it had before says that nothing was written since. */
    synchronized void add(long atMicros, long position) {
        if (size == 0 || position > positions[size - 1]) {
            if (size == micros.length) {
                micros = Arrays.copyOf(micros, size * 2);
                sinceMicros = Arrays.copyOf(sinceMicros, size * 2);
                positions = Arrays.copyOf(positions, size * 2);
            }
            micros[size] = atMicros;
            sinceMicros[size] = size == 0 ? atMicros : lastMicros;
            positions[size] = position;
            size++;
        }
        lastMicros = atMicros;
    }

    /** How long ago the oldest WAL was written that lies beyond {@code replayed}, or 0 where there is none. */
    synchronized long lagMicros(long atMicros, long replayed) {
        int oldest = firstBeyond(replayed);
        return oldest == size ? 0 : Math.max(0, atMicros - writtenMicros(oldest, replayed));
    }

    /** Of one that had been replayed to the end when the next was written, that was at any time since: in the middle. */
    private long writtenMicros(int oldest, long replayed) {
        long before = oldest == 0 ? replayed : positions[oldest - 1];
        double share = replayed == before ? 0.5 : (double) (replayed - before) / (positions[oldest] - before);
        return sinceMicros[oldest] + Math.round(share * (micros[oldest] - sinceMicros[oldest]));
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
