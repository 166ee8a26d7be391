package dev.rehearse.data.twin;

import dev.rehearse.data.value.Permutation;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable Stretches stretches;

    /**
     * @param rows 1 to 2^31
     * @param sortedness share of the rows that are in order; negative: in falling order
     */
    RowOrder(long rows, double sortedness, long seed) {
        this(rows, sortedness, null, seed);
    }

    /** @param stretches those within which the rows are in order, or null where they are in all of the table */
    RowOrder(long rows, double sortedness, @Nullable Stretches stretches, long seed) {
        this.stretches = stretches;
        this.rows = rows;
        this.ordered = Math.min(rows, Math.round(Math.abs(sortedness) * rows));
        this.random = rows - ordered;
        this.falling = sortedness < 0;
        this.places = new Permutation(Math.max(1, random), seed);
    }

    /** The rank, from 0, of the value of {@code row}. */
    long rank(long row) {
        return rankOf(stretches == null ? row : stretches.position(row));
    }

    private long rankOf(long row) {
        if (random == 0) {
            return place(row);
        }
        long randomBefore = row * random / rows;
        boolean isRandom = (row + 1) * random / rows > randomBefore;
        // Both kinds are spread evenly over the ranks: the i-th of n stands at (i + 1/2) / n of the way.
        if (isRandom) {
            return randomRank(places.apply(randomBefore));
        }
        return orderedRank(place(row - randomBefore));
    }

    /** The row whose value has {@code rank}. */
    long row(long rank) {
        long row = rowOf(rank);
        return stretches == null ? row : stretches.row(row);
    }

    private long rowOf(long rank) {
        if (random == 0) {
            return place(rank);
        }
        long near = ordered == 0 ? 0 : Math.max(0, rank * ordered / rows - 1);
        for (long place = near; place < Math.min(ordered, near + 4); place++) {
            if (orderedRank(place) == rank) {
                return orderedRow(place(place));
            }
        }
        long among = Math.max(0, rank * random / rows - 1);
        while (randomRank(among) != rank) {
            among++;
        }
        long randomBefore = places.invert(among);
        return ((randomBefore + 1) * rows + random - 1) / random - 1;
    }

    private long place(long before) {
        return falling ? ordered - 1 - before : before;
    }

    private long orderedRank(long place) {
        return place + (((2 * place + 1) * random - 1) / ordered + 1) / 2;
    }

    private long randomRank(long place) {
        return place + ((2 * place + 1) * ordered / random + 1) / 2;
    }

    /** The row with so many ordered ones before it. */
    private long orderedRow(long before) {
        long row = before + before * random / ordered;
        while (row - row * random / rows < before || (row + 1) * random / rows > row * random / rows) {
            row++;
        }
        return row;
    }
}
