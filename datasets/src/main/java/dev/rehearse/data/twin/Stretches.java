package dev.rehearse.data.twin;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partitioned table, which lie partition by partition, in the order in which they came: each partition took some of them all
 * the while. Rows that are made in that order find their partitions by themselves. Immutable.
 */
final class Stretches {

    /** Each row is compared with each stretch. */
    private static final int MOST = 256;

    private final long[] ends;
    private final long rows;
    private final boolean routed;

    private Stretches(long[] ends, boolean routed) {
        this.ends = ends;
        this.routed = routed;
        this.rows = ends[ends.length - 1];
    }

    /**
     * @param sizes rows of each partition
     * @param rows those of them that count
     * @param routed whether the rows are numbered as they come, and not partition by partition
     * @return null where one partition has all of them, or there are too many
     */
    static @Nullable Stretches of(long[] sizes, long rows, boolean routed) {
        double all = Arrays.stream(sizes).sum();
        if (Arrays.stream(sizes).filter(size -> size > 0).count() < 2 || sizes.length > MOST || rows == 0) {
            return null;
        }
        long[] ends = new long[sizes.length];
        long before = 0;
        for (int i = 0; i < sizes.length; i++) {
            before += sizes[i];
            ends[i] = Math.round(rows * (before / all));
        }
        return new Stretches(ends, routed);
    }

    /** The correlation of all rows where each partition alone is in order. */
    double correlation() {
        double squares = 0;
        for (int i = 0; i < ends.length; i++) {
            squares += Math.pow((double) size(i) / rows, 2);
        }
        return squares;
    }

    /** When a row came, from 0. */
    long position(long row) {
        if (routed) {
            return row;
        }
        int own = stretch(row);
        return position(own, row - start(own));
    }

    /** The row that came n-th. */
    long row(long position) {
        if (routed) {
            return position;
        }
        for (int i = 0; i < ends.length; i++) {
            long low = 0;
            long high = size(i);
            while (low < high) {
                long middle = (low + high) >>> 1;
                if (position(i, middle) < position) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            if (low < size(i) && position(i, low) == position) {
                return start(i) + low;
            }
        }
        throw new IllegalArgumentException("no row came as " + position + " of " + rows);
    }

    /** How many rows are as far on their way through their own stretches, or less far: of equal ones the earlier stretch is first. */
    private long position(int own, long place) {
        long twice = 2 * place + 1;
        long earlier = 0;
        for (int i = 0; i < ends.length; i++) {
            // Of i those come before whose (2 * p + 1) / size(i) is less, or not more.
            long product = twice * size(i) - (i < own ? 0 : 1);
            earlier += i == own
                    ? place
                    : Math.max(0, Math.min(size(i), Math.floorDiv(Math.floorDiv(product, size(own)) + 1, 2)));
        }
        return earlier;
    }

    private int stretch(long row) {
        int found = Arrays.binarySearch(ends, row);
        int stretch = found >= 0 ? found + 1 : -found - 1;
        while (size(stretch) == 0) {
            stretch++;
        }
        return stretch;
    }

    private long start(int stretch) {
        return stretch == 0 ? 0 : ends[stretch - 1];
    }

    private long size(int stretch) {
        return ends[stretch] - start(stretch);
    }
}
