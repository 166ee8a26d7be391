package dev.rehearse.data.value;

import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Which of the candidates of a {@code ForeignKeyUse} a row refers to: a pure function of the row. Safe for use by several threads.
 */
@FunctionalInterface
public interface ParentChoice {

    /** No parent: the foreign key is NULL. */
    long NONE = -1;

    /** How many of the parents that many rows refer to are passed over where they are not there yet. */
    int MOST_PASSED = 8;

    /** The candidate's number, or {@link #NONE}. */
    long parent(long row);

    /** Any parent: half of the rows choose evenly, half crowd on few, as Zipf's law has it. */
    static ParentChoice skewed(LongSupplier candidates, double nullShare, long seed) {
        return skewed(candidates, row -> candidates.getAsLong(), nullShare, seed);
    }

    /**
     * As {@link #skewed(LongSupplier, double, long)}, among the first candidates.
     *
     * @param there how many of them are there when a row is made, at least one
     */
    static ParentChoice skewed(LongSupplier candidates, LongUnaryOperator there, double nullShare, long seed) {
        return new ParentChoice() {
            private volatile @org.jspecify.annotations.Nullable Permutation places;

            @Override
            public long parent(long row) {
                long count = candidates.getAsLong();
                long bits = Mix.at(seed, row);
                if (count == 0 || Mix.within(Mix.mix(bits ^ seed), nullShare)) {
                    return NONE;
                }
                return pick(bits, count, there.applyAsLong(row));
            }

            private long pick(long bits, long count, long first) {
                if ((bits & 1) == 0) {
                    return Mix.below(Mix.mix(bits), first);
                }
                Permutation hot = places;
                if (hot == null) {
                    // The number of parents is final only once all tables are planned.
                    hot = new Permutation(count, seed);
                    places = hot;
                }
                long rank = Mix.skewedBelow(Mix.mix(bits), count);
                for (int next = 0; next < MOST_PASSED; next++) {
                    long place = hot.apply((rank + next) % count);
                    if (place < first) {
                        return place;
                    }
                }
                return Mix.below(Mix.mix(bits), first);
            }
        };
    }

    /**
     * Each parent at most once, in their order and evenly over all; rows that there is no parent left for have none.
     *
     * @param rows the rows that choose
     * @param back how many parents before the one that has the row's place, so that it was there before the row
     */
    static ParentChoice distinct(LongSupplier candidates, LongSupplier rows, int back) {
        return row -> {
            long count = candidates.getAsLong();
            long all = rows.getAsLong();
            long place = row * count / Math.max(1, all);
            // Of rows with the same place the last has the parent.
            boolean isLast = count >= all || (row + 1) * count / all > place;
            return row < all && count > 0 && isLast ? Math.floorMod(place - back, count) : NONE;
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
