package dev.rehearse.data.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A unique index, with or without a constraint.
 *
 * @param name its name
 * @param columns numbers of its key columns, and of those its expressions read
 * @param primary whether it is the primary key
 * @param predicate the condition of a partial index
 * @param exclusion whether it is an exclusion constraint, which different values of our making satisfy as well: ranges and figures that
 *     differ do not overlap
 * @param nullsEqual whether two rows with NULL conflict
 * @param elements what must be unique as SQL, where any of it is computed; empty where all are plain columns
 * @param period the range that must not overlap, where it is made of two columns; the first is among {@code columns}
 */
public record UniqueKey(
        String name,
        List<Integer> columns,
        boolean primary,
        @Nullable String predicate,
        boolean exclusion,
        boolean nullsEqual,
        List<String> elements,
        @Nullable Period period) {

    /**
     * A range over two columns, in an exclusion constraint over periods that must not overlap.
     *
     * @param starts number of the column with its beginning
     * @param ends number of the column with its end
     */
    public record Period(int starts, int ends) {}

    /** The same key as far as these of its columns tell rows apart. */
    public UniqueKey over(List<Integer> some) {
        return new UniqueKey(name, some, primary, predicate, exclusion, nullsEqual, elements, period);
    }
}
