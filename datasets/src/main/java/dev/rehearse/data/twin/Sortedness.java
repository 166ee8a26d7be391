package dev.rehearse.data.twin;

import dev.rehearse.data.value.Mix;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How orderly rows must be for ANALYZE to report a correlation. ANALYZE sorts equal values by the place of their rows, so a column of few
 * values shows a correlation however its rows are mixed; that part is reckoned with here.
 */
final class Sortedness {

    /** Values that are reckoned with one by one; the ties of more are too small to matter. */
    private static final long MOST_GROUPS = 5_000;

    /** Rows up to which chance moves the correlation. */
    private static final long CHANCE_MATTERS = 5_000;

    private static final int ORDERS = 32;
    private static final double GOOD_MISS = 0.02;
    /** A key that grew with its table is in order to the last row. */
    private static final double EXACT = 0.999;

    /** Share of what the order within each partition makes of the correlation, from which on that is taken for its cause. */
    private static final double MOSTLY = 0.6;

    private static final double SAMPLING_ERROR = 0.05;
    private static final double BY_CHANCE = 0.1;

    private Sortedness() {}

    /**
     * An order of the rows in which ANALYZE reports the correlation: of all of them, or within each partition where that makes it about as
     * large.
     *
     * @param correlation null for none that is known
     * @param partitions that the rows lie in, or null
     */
    static RowOrder order(
            @Nullable Double correlation, Frequencies frequencies, @Nullable Stretches partitions, long seed) {
        if (correlation == null) {
            return new RowOrder(frequencies.rows(), 0, seed);
        }
        double share = partitions == null ? 0 : correlation / partitions.correlation();
        // Equal values are in order by themselves.
        boolean within = Math.abs(share) > MOSTLY
                && Math.abs(share) < 1 + SAMPLING_ERROR
                && Math.abs(correlation - correlation(0, frequencies)) > BY_CHANCE;
        Stretches stretches = within ? partitions : null;
        double own = within ? Math.max(-1, Math.min(1, share)) : correlation;
        double sortedness = Math.abs(own) > (within ? 1 - SAMPLING_ERROR : EXACT)
                ? Math.signum(own)
                : forCorrelation(own, frequencies);
        RowOrder order = new RowOrder(frequencies.rows(), sortedness, stretches, seed);
        return frequencies.rows() > CHANCE_MATTERS
                ? order
                : nearest(order, correlation, frequencies, sortedness, stretches, seed);
    }

    /** In a small table chance moves the correlation, so the best of some orders is taken. */
    private static RowOrder nearest(
            RowOrder first,
            double correlation,
            Frequencies frequencies,
            double sortedness,
            @Nullable Stretches stretches,
            long seed) {
        RowOrder best = first;
        double bestMiss = Math.abs(correlation(best, frequencies) - correlation);
        for (int attempt = 1; attempt < ORDERS && bestMiss > GOOD_MISS; attempt++) {
            RowOrder order =
                    new RowOrder(frequencies.rows(), sortedness, stretches, Mix.seed(seed, String.valueOf(attempt)));
            double miss = Math.abs(correlation(order, frequencies) - correlation);
            if (miss < bestMiss) {
                best = order;
                bestMiss = miss;
            }
        }
        return best;
    }

    /** The sortedness for {@link RowOrder} under which ANALYZE reports {@code correlation}, as nearly as that can be had. */
    static double forCorrelation(double correlation, Frequencies frequencies) {
        double low = -1;
        double high = 1;
        for (int step = 0; step < 40; step++) {
            double middle = (low + high) / 2;
            if (correlation(middle, frequencies) < correlation) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /**
     * The correlation within parts of the rows that have no value in common under which ANALYZE reports {@code correlation} for all of
     * them: what the order of the parts makes of it is subtracted.
     *
     * @param parts in the order of the rows
     * @param inOrder their places in the order of their values
     */
    static double within(double correlation, List<ProfiledParts.Part> parts, List<Integer> inOrder) {
        double rows =
                Math.max(1, parts.stream().mapToLong(ProfiledParts.Part::rows).sum());
        double[] ranks = new double[parts.size()];
        double before = 0;
        for (int place : inOrder) {
            double share = parts.get(place).rows() / rows;
            ranks[place] = before + share / 2;
            before += share;
        }
        double between = 0;
        double cubes = 0;
        before = 0;
        for (int place = 0; place < ranks.length; place++) {
            double share = parts.get(place).rows() / rows;
            between += 12 * share * (before + share / 2 - 0.5) * (ranks[place] - 0.5);
            cubes += share * share * share;
            before += share;
        }
        return cubes == 0 ? 0 : Math.max(-1, Math.min(1, (correlation - between) / cubes));
    }

    /** The correlation of ranks and rows, both as shares of their way from 0 to 1. */
    static double correlation(double sortedness, Frequencies frequencies) {
        double rows = frequencies.rows();
        double product = 0;
        boolean single = frequencies.distinct() <= MOST_GROUPS;
        for (int piece = 0; piece < frequencies.pieces(); piece++) {
            double start = frequencies.rankStart(piece) / rows;
            double end = frequencies.rankStart(piece + 1) / rows;
            long values = frequencies.values(piece);
            if (end == start) {
                continue;
            }
            if (values > 1 && !single) {
                product += (end - start) * mixed(start, end, sortedness);
                continue;
            }
            double width = (end - start) / values;
            for (long i = 0; i < values; i++) {
                product += width * tied(start + i * width, start + (i + 1) * width, sortedness);
            }
        }
        return 12 * (product - 0.25);
    }

    /** The correlation that an order of the rows has, as ANALYZE reckons it: equal values follow their rows. */
    static double correlation(RowOrder order, Frequencies frequencies) {
        int rows = (int) frequencies.rows();
        long[] sorted = new long[rows];
        for (int row = 0; row < rows; row++) {
            sorted[row] = frequencies.value(order.rank(row)) * rows + row;
        }
        Arrays.sort(sorted);
        double middle = (rows - 1) / 2.0;
        double product = 0;
        for (int rank = 0; rank < rows; rank++) {
            product += (rank - middle) * (sorted[rank] % rows - middle);
        }
        return rows < 2 ? 0 : product * 12 / (rows * ((double) rows * rows - 1));
    }

    /** The mean of rank times row over ranks without ties. */
    private static double mixed(double start, double end, double sortedness) {
        double share = Math.abs(sortedness);
        double mean = (start + end) / 2;
        double square = (start * start + start * end + end * end) / 3;
        return share * (sortedness < 0 ? mean - square : square) + (1 - share) * mean / 2;
    }

    /** The mean of rank times row over the ranks of one value, which follow its rows. */
    private static double tied(double start, double end, double sortedness) {
        double share = Math.abs(sortedness);
        double width = end - start;
        double from = sortedness < 0 ? 1 - end : start;
        double to = sortedness < 0 ? 1 - start : end;
        double[] ends = {0, from, to, 1};
        double meanRow = 0;
        double within = 0;
        double before = 0;
        for (int i = 0; i < 3; i++) {
            double u = ends[i];
            double v = ends[i + 1];
            double density = i == 1 ? 1 - share + share / width : 1 - share;
            double squares = (v * v - u * u) / 2;
            meanRow += density * squares;
            within += density * (before * squares + density * ((v * v * v - u * u * u) / 3 - u * squares));
            before += density * (v - u);
        }
        return start * meanRow + width * within;
    }
}
