package dev.rehearse.data.twin;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partitioned table, which lie partition by partition, in the order in which they came: each partition took some of them all
 * the while. Rows that are made in that order find their partitions by themselves. Immutable.
 */
final class Stretches {

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
     * @param rows those of them that count, fewer than 2^31
     * @param routed whether the rows are numbered as they come, and not partition by partition
     * @return null where one partition has all of them
     */
    static @Nullable Stretches of(long[] sizes, long rows, boolean routed) {
        double all = Arrays.stream(sizes).sum();
        if (Arrays.stream(sizes).filter(size -> size > 0).count() < 2 || rows == 0) {
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
        return position(0, ends.length, own, row - start(own));
    }

    /** When a row came among those of some stretches, of which one half and the other take turns as evenly as they are large. */
    private long position(int first, int end, int own, long place) {
        if (end - first == 1) {
            return place;
        }
        int middle = (first + end) >>> 1;
        long all = rows(first, end);
        long half = rows(first, middle);
        if (own < middle) {
            return (2 * position(first, middle, own, place) + 1) * all / (2 * half);
        }
        long inOther = position(middle, end, own, place);
        return inOther + Math.min(half, Math.max(0, divideUp(2 * half * (inOther + 1) - all, 2 * (all - half))));
    }

    /** How many of the rows before a position are of the half that has so many of all. */
    private static long before(long position, long half, long all) {
        return Math.max(0, divideUp(2 * half * position - all, 2 * all));
    }

    private static long divideUp(long dividend, long divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }

    /** The row that came n-th. */
    long row(long position) {
        if (routed) {
            return position;
        }
        int first = 0;
        int end = ends.length;
        long place = position;
        while (end - first > 1) {
            int middle = (first + end) >>> 1;
            long all = rows(first, end);
            long half = rows(first, middle);
            long before = before(place, half, all);
            if (before(place + 1, half, all) > before) {
                end = middle;
                place = before;
            } else {
                first = middle;
                place -= before;
            }
        }
        return start(first) + place;
    }

    private long rows(int first, int end) {
        return ends[end - 1] - start(first);
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
