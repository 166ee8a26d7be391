package dev.rehearse.data.twin;

import dev.rehearse.data.value.Permutation;

/**
 * A bijection between the rows of a table and the ranks of their values that is as orderly as asked: some rows, evenly spread, have
 * their values in the order of the rows, the others at random places between. Immutable.
 */
final class RowOrder {

    private final long rows;
    private final long ordered;
    private final long random;
    private final boolean falling;
    private final Permutation places;

    /**
     * @param rows 1 to 2^31
     * @param sortedness share of the rows that are in order; negative: in falling order
     */
    RowOrder(long rows, double sortedness, long seed) {
        this.rows = rows;
        this.ordered = Math.min(rows, Math.round(Math.abs(sortedness) * rows));
        this.random = rows - ordered;
        this.falling = sortedness < 0;
        this.places = new Permutation(Math.max(1, random), seed);
    }

    /** The rank, from 0, of the value of {@code row}. */
    long rank(long row) {
        if (random == 0) {
            return falling ? rows - 1 - row : row;
        }
        long randomBefore = row * random / rows;
        boolean isRandom = (row + 1) * random / rows > randomBefore;
        // Both kinds are spread evenly over the ranks: the i-th of n stands at (i + 1/2) / n of the way.
        if (isRandom) {
            long place = places.apply(randomBefore);
            return place + ((2 * place + 1) * ordered / random + 1) / 2;
        }
        long before = row - randomBefore;
        long place = falling ? ordered - 1 - before : before;
        return place + (((2 * place + 1) * random - 1) / ordered + 1) / 2;
    }
}
