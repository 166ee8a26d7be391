package dev.rehearse.data.value;

import java.util.function.LongSupplier;

/**
 * Which of the candidates of a {@code ForeignKeyUse} a row refers to: a pure function of the row. Safe for use by several threads.
 */
@FunctionalInterface
public interface ParentChoice {

    /** No parent: the foreign key is NULL. */
    long NONE = -1;

    /** The candidate's number, or {@link #NONE}. */
    long parent(long row);

    /** Any parent: half of the rows choose evenly, half crowd on few, as Zipf's law has it. */
    static ParentChoice skewed(LongSupplier candidates, double nullShare, long seed) {
        return new ParentChoice() {
            private volatile @org.jspecify.annotations.Nullable Permutation places;

            @Override
            public long parent(long row) {
                long count = candidates.getAsLong();
                long bits = Mix.at(seed, row);
                if (count == 0 || Mix.within(Mix.mix(bits ^ seed), nullShare)) {
                    return NONE;
                }
                return pick(bits, count);
            }

            private long pick(long bits, long count) {
                if ((bits & 1) == 0) {
                    return Mix.below(Mix.mix(bits), count);
                }
                Permutation hot = places;
                if (hot == null) {
                    // The number of parents is final only once all tables are planned.
                    hot = new Permutation(count, seed);
                    places = hot;
                }
                return hot.apply(Mix.skewedBelow(Mix.mix(bits), count));
            }
        };
    }

    /** Each parent at most once; rows past the number of parents have none. */
    static ParentChoice distinct(LongSupplier candidates, long seed) {
        return row -> {
            long count = candidates.getAsLong();
            return row < count ? new Permutation(count, seed).apply(row) : NONE;
        };
    }

    /**
     * An earlier row of the same table; the first row, and about one in twenty, has none.
     *
     * @param existing the rows that the table had before
     */
    static ParentChoice earlier(LongSupplier existing, boolean optional, long seed) {
        return row -> {
            long before = existing.getAsLong() + row;
            long bits = Mix.at(seed, row);
            if (before == 0 || (optional && Mix.below(Mix.mix(bits), 20) == 0)) {
                return optional ? NONE : before;
            }
            return Mix.below(bits, before);
        };
    }

    /**
     * The row before in the same table, so that no row is chosen twice; the first row has none, or the last one.
     *
     * @param existing the rows that the table had before
     * @param all the rows that it will have
     */
    static ParentChoice previous(LongSupplier existing, LongSupplier all, boolean optional) {
        return row -> row > 0 ? existing.getAsLong() + row - 1 : optional ? NONE : all.getAsLong() - 1;
    }
}
