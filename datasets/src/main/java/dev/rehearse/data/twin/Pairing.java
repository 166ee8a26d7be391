package dev.rehearse.data.twin;

import dev.rehearse.data.value.Permutation;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The values of two columns by their numbers in each row, so that no two rows have the same of both and each column has as many values, as
 * often, as a profile says. Immutable.
 */
public record Pairing(LongUnaryOperator first, long firsts, LongUnaryOperator second, long seconds) {

    private static final double SAMPLING_ERROR = 1.1;

    /** Correlations that differ by less tell nothing. */
    private static final double ABOUT_AS_ORDERLY = 0.1;

    /**
     * @param firsts how many values the first column has at the most
     * @param seconds how many the second has
     * @return null where one has NULLs, or too few values for so many rows
     */
    public static @Nullable Pairing of(ProfiledColumn first, long firsts, ProfiledColumn second, long seconds) {
        if (first.rows() == 0
                || first.filled() < first.rows()
                || second.filled() < second.rows()
                || Math.min(firsts, seconds) == 0) {
            return null;
        }
        Frequencies own = first.frequencies(null, -1, firsts);
        Frequencies others = second.frequencies(null, -1, seconds);
        double orderlier = first.orderliness() - second.orderliness();
        boolean leads = Math.abs(orderlier) > ABOUT_AS_ORDERLY ? orderlier > 0 : own.most() <= others.most();
        if (!leads) {
            Pairing turned = led(second, others, first, own, firsts);
            return turned == null ? null : new Pairing(turned.second, turned.seconds, turned.first, turned.firsts);
        }
        return led(first, own, second, others, seconds);
    }

    /** Whether a column may count the rows of each of the other's values: it has hardly more values than the most common of these has rows. */
    public static boolean isCount(ProfiledColumn column, ProfiledColumn other) {
        return column.statistics().distinctOf(column.rows())
                <= 2 * other.frequencies(null, -1, Long.MAX_VALUE).most();
    }

    /** The first column has its values in the order of its rows; the second what is left, which chance decides. */
    private static @Nullable Pairing led(
            ProfiledColumn first, Frequencies own, ProfiledColumn second, Frequencies others, long seconds) {
        RowOrder order = first.order(own, true);
        Families families = CrossedFamilies.of(own, order, others, second.seed());
        if (families != null) {
            return new Pairing(families::parent, own.distinct(), families::number, others.distinct());
        }
        // A profile's numbers are estimates of a sample.
        long numbers = Math.max(others.distinct(), own.most());
        return numbers > Math.min(seconds, others.distinct() * SAMPLING_ERROR)
                ? null
                : inRounds(own, order, second.seed(), numbers);
    }

    /** The second column goes through its values again and again, so that each is as often as any. */
    private static Pairing inRounds(Frequencies own, RowOrder order, long seed, long numbers) {
        Permutation places = new Permutation(numbers, seed);
        return new Pairing(
                row -> own.value(order.rank(row)),
                own.distinct(),
                row -> places.apply(order.rank(row) % numbers),
                numbers);
    }
}
