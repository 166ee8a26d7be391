package dev.rehearse.data.twin;

import dev.rehearse.data.value.Permutation;
import java.util.Arrays;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Children that are numbered within their parents, as the lines of orders are: so many parents have a first child, so many of these a
 * second one. The rows of a parent come together. Immutable.
 */
final class NumberedFamilies implements Families {

    /** Parents between two places that are remembered; the rest is counted from there. */
    private static final int STRIDE = 64;

    private static final double SAMPLING_ERROR = 1.05;

    private static final int MOST_CHILDREN = 100_000;

    private final long[] counts;
    private final Permutation places;
    private final long[] starts;
    private final RowOrder order;

    private NumberedFamilies(long[] counts, RowOrder order, long seed) {
        this.counts = counts;
        this.order = order;
        this.places = new Permutation(counts[0], seed);
        this.starts = new long[(int) ((counts[0] + STRIDE - 1) / STRIDE)];
        long row = 0;
        for (long parent = 0; parent < counts[0]; parent++) {
            if (parent % STRIDE == 0) {
                starts[(int) (parent / STRIDE)] = row;
            }
            row += size(parent);
        }
    }

    /**
     * Families whose children have numbers as often as a column of numbers has its values.
     *
     * @param numbers the column of numbers; each of its values stands at most once in a family
     * @param orders in which order so many families come
     * @return null when there are not parents enough, or the numbers too many
     */
    static @Nullable Families of(Frequencies numbers, long parents, LongFunction<RowOrder> orders, long seed) {
        if (numbers.rows() == 0 || numbers.distinct() > MOST_CHILDREN) {
            return null;
        }
        long[] counts = new long[(int) numbers.distinct()];
        for (int piece = 0, value = 0; piece < numbers.pieces(); piece++) {
            long values = numbers.values(piece);
            long rows = numbers.rankStart(piece + 1) - numbers.rankStart(piece);
            for (long i = 0; i < values; i++) {
                counts[value++] = rows * (i + 1) / values - rows * i / values;
            }
        }
        Arrays.sort(counts);
        long[] falling = new long[counts.length];
        Arrays.setAll(falling, i -> counts[counts.length - 1 - i]);
        // Shares come from a sample, so there may seem to be a few more first children than parents.
        if (falling[0] > parents * SAMPLING_ERROR) {
            return null;
        }
        long excess = 0;
        for (int i = 0; i < falling.length; i++) {
            long count = Math.min(parents, falling[i] + excess);
            excess += falling[i] - count;
            falling[i] = count;
        }
        return excess > 0 ? null : new NumberedFamilies(falling, orders.apply(falling[0]), seed);
    }

    @Override
    public long parents() {
        return counts[0];
    }

    @Override
    public long parent(long row) {
        return order.rank(locate(row, true));
    }

    @Override
    public long number(long row) {
        return locate(row, false);
    }

    private long locate(long row, boolean parentWanted) {
        int found = Arrays.binarySearch(starts, row);
        int stretch = found >= 0 ? found : -found - 2;
        long parent = (long) stretch * STRIDE;
        long start = starts[stretch];
        while (row >= start + size(parent)) {
            start += size(parent);
            parent++;
        }
        return parentWanted ? parent : row - start;
    }

    private int size(long parent) {
        long place = places.apply(parent);
        int low = 1;
        int high = counts.length;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (counts[middle - 1] > place) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
