package dev.rehearse.data.column;

import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Permutation;

/** Which rows are NULL in a column: exactly as many as asked, spread over the table by chance within small blocks. Immutable. */
public final class NullRows {

    private static final long LARGEST_BLOCK = 256;
    private static final long BLOCKS = 128;

    private final long rows;
    private final long nulls;
    private final long block;
    private final long seed;

    /** @param nulls 0 to {@code rows} */
    public NullRows(long rows, long nulls, long seed) {
        this.rows = rows;
        this.nulls = nulls;
        this.block = Math.max(1, Math.min(LARGEST_BLOCK, rows / BLOCKS));
        this.seed = seed;
    }

    /** The number of the row among those that are not NULL, or -1 where it is NULL. */
    public long index(long row) {
        if (nulls == 0) {
            return row;
        }
        long start = row / block * block;
        long size = Math.min(block, rows - start);
        long nullsBefore = nullsBefore(start);
        long nullsHere = nullsBefore(start + size) - nullsBefore;
        long place = new Permutation(size, Mix.at(seed, start)).apply(row - start);
        return place < nullsHere ? -1 : start - nullsBefore + place - nullsHere;
    }

    /** The number of the row among those that are NULL, where it is. */
    public long nullIndex(long row) {
        long start = row / block * block;
        long size = Math.min(block, rows - start);
        return nullsBefore(start) + new Permutation(size, Mix.at(seed, start)).apply(row - start);
    }

    private long nullsBefore(long row) {
        return row * nulls / rows;
    }
}
