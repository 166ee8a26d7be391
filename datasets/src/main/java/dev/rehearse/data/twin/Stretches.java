package dev.rehearse.data.twin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    private final int widest;

    private Stretches(long[] ends, boolean routed) {
        this.ends = ends;
        this.routed = routed;
        this.rows = ends[ends.length - 1];
        int largest = 0;
        for (int i = 1; i < ends.length; i++) {
            largest = size(i) > size(largest) ? i : largest;
        }
        this.widest = largest;
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
        long low = 0;
        long high = size(widest);
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (position(widest, middle) <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        long last = low == 0 ? -1 : position(widest, low - 1);
        return last == position ? start(widest) + low - 1 : between(low, (int) (position - last - 1));
    }

    /** Of the few rows that came before a row of the widest stretch, but after the row before that, the one that is n-th. */
    private long between(long place, int number) {
        record Row(int stretch, long place) {}
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ends.length; i++) {
            for (long own = earlier(i, widest, place - 1); i != widest && own < earlier(i, widest, place); own++) {
                rows.add(new Row(i, own));
            }
        }
        rows.sort((a, b) -> Long.compare((2 * a.place + 1) * size(b.stretch), (2 * b.place + 1) * size(a.stretch)));
        Row row = rows.get(number);
        return start(row.stretch) + row.place;
    }

    /** How many rows are as far on their way through their own stretches, or less far: of equal ones the earlier stretch is first. */
    private long position(int own, long place) {
        long before = place;
        for (int i = 0; i < ends.length; i++) {
            before += i == own ? 0 : earlier(i, own, place);
        }
        return before;
    }

    /** How many rows of another stretch come before a row: those whose (2 * p + 1) / size is less, or not more. */
    private long earlier(int other, int own, long place) {
        long product = (2 * place + 1) * size(other) - (other < own ? 0 : 1);
        return Math.max(0, Math.min(size(other), Math.floorDiv(Math.floorDiv(product, size(own)) + 1, 2)));
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
