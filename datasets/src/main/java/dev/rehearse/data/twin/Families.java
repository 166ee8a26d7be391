package dev.rehearse.data.twin;

import dev.rehearse.data.value.Mix;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Rows in families that have a parent each, in which no two rows have the same number. Immutable. */
public interface Families {

    /** Share of the rows that common values have from which on they tell how the values go about. */
    double FAVOURED = 0.1;

    /** How many parents have children. */
    long parents();

    /** The parent of a row, from 0. */
    long parent(long row);

    /** The number of a row within its parent, from 0. */
    long number(long row);

    /** Families of which it is known where they lie when all rows come by their parents. */
    interface InOrder extends Families {

        /** The row that comes n-th. */
        long row(long place);

        /** The first place of the family that a row at some place belongs to. */
        long first(long place);
    }

    /**
     * Families whose rows a column numbers.
     *
     * @param parents how many parents there are
     * @param most how many different numbers there are at the most
     * @param references the column that refers to the parents, or null when nobody knows in which order
     * @return null when there are not parents enough, or the numbers too many
     */
    static @Nullable Families numbered(
            ProfiledColumn numbers, long parents, long most, @Nullable ProfiledColumn references) {
        return NumberedFamilies.of(
                numbers.frequencies(null, -1, most),
                parents,
                families -> references == null
                        ? new RowOrder(families, 1, numbers.seed())
                        : references.order(Frequencies.different(families), true),
                numbers.seed());
    }

    /**
     * Families as large as a column has its values, which are their parents.
     *
     * @param parents how many parents there are
     * @param most how many different numbers there are at the most
     * @param numbers the column that numbers the rows of the same parent
     * @return null when there are no parents, the column favours no values, or the numbers are too few
     */
    static @Nullable Families bySize(ProfiledColumn values, long parents, long most, ProfiledColumn numbers) {
        double favoured = values.statistics().commonShares().stream()
                .mapToDouble(share -> share)
                .sum();
        if (parents == 0 || values.isUnique() || values.isNullable() || favoured < FAVOURED) {
            return null;
        }
        Frequencies sizes = values.frequencies(null, -1, parents);
        long different = Math.max(
                sizes.most(), Math.min(most, (long) numbers.statistics().distinctOf(values.rows())));
        if (different > most) {
            return null;
        }
        LongBinaryOperator drawn = numbers.different(different, sizes.most());
        // Those that are counted from one on in each family are about as many as the largest has rows.
        return new SizedFamilies(
                sizes,
                values.order(sizes, true),
                different <= 2 * sizes.most()
                        ? (place, parent) -> place
                        : (place, parent) -> drawn.applyAsLong(place, Mix.at(values.seed(), parent)));
    }

    /**
     * Families of the rows that refer to the members of others, each as often as any.
     *
     * @param column has the order in which they come
     * @return null where it has NULLs
     */
    static @Nullable InOrder inherited(ProfiledColumn column, InOrder families, long members) {
        Frequencies evenly = new Frequencies(column.rows(), new long[0], new long[0], Math.min(column.rows(), members));
        return column.isNullable()
                ? null
                : new InheritedFamilies(
                        evenly, column.order(column.frequencies(null, -1, members), true), members, families);
    }
}
